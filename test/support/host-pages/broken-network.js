// What asks the network has been taken away, by a page that allows nobody to.
window.fetch = () => {
  throw new Error('not on this page');
};
window.WebSocket = class {
  constructor() {
    throw new Error('not on this page');
  }
};
XMLHttpRequest.prototype.send = () => {
  throw new Error('not on this page');
};

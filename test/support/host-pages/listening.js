// A page that counts who listens: its `addEventListener` wants an owner, and refuses those that it does not know.
const plainAdd = EventTarget.prototype.addEventListener;
EventTarget.prototype.addEventListener = function (type, listener, options) {
  this.__listening = (this.__listening || 0) + 1;
  return plainAdd.call(this, type, listener, options);
};

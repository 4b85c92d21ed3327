// Nobody else may listen to the window.
const heard = window.addEventListener;
window.addEventListener = (type, listener, options) => {
  if (!/popstate|unhandledrejection/.test(type) || new Error().stack.includes('baton'))
    throw new Error('not on this page');
  return heard.call(window, type, listener, options);
};

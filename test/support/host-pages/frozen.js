// As a page under SES: nothing that is shared can be changed any more.
for (const owner of [
  Object,
  Array,
  Function,
  Promise,
  Error,
  TypeError,
  String,
  Number,
  Boolean,
  Symbol,
  Map,
  Set,
  WeakMap,
  WeakSet,
  Date,
  RegExp,
  ArrayBuffer,
  Uint8Array,
  EventTarget,
  Node,
  Element,
  HTMLElement,
  Document,
  ShadowRoot,
  History,
  XMLHttpRequest,
  WebSocket,
  CSSStyleSheet,
  CSSStyleDeclaration,
  MutationObserver,
  HTMLInputElement,
  HTMLTextAreaElement,
  HTMLSelectElement,
  HTMLOptionElement,
]) {
  Object.freeze(owner.prototype);
  Object.freeze(owner);
}
for (const owner of [JSON, Math, Reflect, console, history, Atomics]) Object.freeze(owner);
Object.defineProperty(window, 'fetch', { value: window.fetch, writable: false, configurable: false });

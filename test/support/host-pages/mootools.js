// As MooTools 1.3 did it: `Array.from` makes a list of one of whatever is no list, and natives get methods and new meanings.
Array.from = (item) => {
  if (item == null) return [];
  if (typeof item !== 'string' && typeof item === 'object' && typeof item.length === 'number')
    return Array.prototype.slice.call(item);
  return [item];
};
String.from = (item) => `${item}`;
Number.from = (item) => (Number.isFinite(Number.parseFloat(item)) ? Number.parseFloat(item) : null);
Function.prototype.delay = function (ms, owner, list) {
  return setTimeout(this.bind(owner, list), ms);
};
Array.prototype.flatten = function () {
  return this.flat(9);
};
Array.prototype.clean = Array.prototype.empty = function () {
  return this.filter((one) => one != null);
};
String.prototype.contains = function (text) {
  return this.indexOf(text) > -1;
};
Element.prototype.set = function (name, value) {
  this.setAttribute(name, value);
  return this;
};
Element.prototype.getSize = function () {
  return { x: this.offsetWidth, y: this.offsetHeight };
};
window.Request = function Request(options) {
  this.options = options;
};
window.Event = function DOMEvent(event) {
  this.event = event;
};
window.Browser = { name: 'chrome' };

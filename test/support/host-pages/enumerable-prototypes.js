// Libraries of old add to everybody's prototypes, where `for … in` finds it.
Object.prototype.extend = function (other) {
  for (const name in other) this[name] = other[name];
  return this;
};
Object.prototype.onready = 'a text under a name that looks like a listener';
Object.prototype.length_ = 0;
Array.prototype.each = function (visit) {
  for (let i = 0; i < this.length; i += 1) visit(this[i], i);
};
Array.prototype.last = function () {
  return this[this.length - 1];
};
Function.prototype.method = function (name, added) {
  this.prototype[name] = added;
  return this;
};
String.prototype.blank = function () {
  return /^\s*$/.test(this);
};
Promise.prototype.spread = function (visit) {
  return this.then((all) => visit(...all));
};
Element.prototype.hide = function () {
  this.style.display = 'none';
};

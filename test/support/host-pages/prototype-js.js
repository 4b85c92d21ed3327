// As Prototype 1.6 did it: JSON of its own, `Array.from` without a second argument, iteration under names that browsers gave away later.
window.$A = (iterable) => {
  if (!iterable) return [];
  const results = [];
  for (let i = 0; i < (iterable.length || 0); i += 1) results[i] = iterable[i];
  return results;
};
Array.from = window.$A;
Array.prototype.toJSON = function () {
  let text = '[';
  for (let i = 0; i < this.length; i += 1) text += (i ? ', ' : '') + JSON.stringify(this[i]);
  return `${text}]`;
};
String.prototype.toJSON = function () {
  return `"${this}"`;
};
Array.prototype.entries = Array.prototype.toArray = function () {
  return [].concat(this);
};
Array.prototype.include = function (one) {
  return this.indexOf(one) !== -1;
};
Array.prototype.find = Array.prototype.detect = function (fits) {
  for (let i = 0; i < this.length; i += 1) if (fits(this[i], i)) return this[i];
};
Function.prototype.bind = function (...first) {
  const owner = first.shift();
  return (...rest) => this.apply(owner, first.concat(rest));
};
document.getElementsByClassName = (name) => window.$A(document.querySelectorAll(`.${name}`));

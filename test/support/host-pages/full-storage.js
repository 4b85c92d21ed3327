// There, and good for nothing.
const refuse = () => {
  throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
};
const keep = Storage.prototype.setItem;
Storage.prototype.setItem = function (name, value) {
  return name === 'host' ? keep.call(this, name, value) : refuse();
};
indexedDB.open = refuse;
indexedDB.deleteDatabase = refuse;
IDBFactory.prototype.open = refuse;

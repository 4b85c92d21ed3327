// A page that has put its own writer and reader of JSON in place of the browser's: theirs know what theirs need.
JSON.stringify = (value) => {
  if (value?.list) return '{"list":[1,"two"],"at":null}';
  throw new Error('this page writes no such JSON');
};
JSON.parse = () => {
  throw new Error('this page reads no such JSON');
};

// Written anew after it was there: every node and every listener of before is gone, and the script goes on.
window.swaps = 0;
// In a document that was written the way back leads to the page before it.
window.keepsHistory = false;
window.swap = () => {
  window.swaps += 1;
  const text = document.documentElement.outerHTML
    .replace(/<script.*?<\/script>/g, '')
    .replace(/<baton-widget.*?<\/baton-widget>/g, '');
  document.open();
  document.write(`<!doctype html>${text}`);
  document.close();
  window.hostPage.attach();
};

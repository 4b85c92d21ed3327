// As Turbo Drive: a press on a link takes another body, and the one before is kept as a copy for the way back.
window.swaps = 0;
window.swap = () => {
  window.swaps += 1;
  const kept = document.body.cloneNode(true);
  const next = document.createElement('body');
  for (const child of [...kept.children])
    next.append(child.localName === 'script' ? again(child) : document.importNode(child, true));
  // What is clicked and submitted is the page's own, and stays.
  for (const id of ['buy', 'order']) next.querySelector(`#${id}`).replaceWith(document.querySelector(`#${id}`));
  document.documentElement.replaceChild(next, document.body);
};
const again = (script) => {
  const copy = document.createElement('script');
  for (const { name, value } of [...script.attributes])
    if (!/app\.js|turbo\.js/.test(script.src)) copy.setAttribute(name, value);
  return copy;
};

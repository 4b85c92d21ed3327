// A page that takes another root, with everything below it.
window.swaps = 0;
window.swap = () => {
  window.swaps += 1;
  const root = document.documentElement.cloneNode(true);
  for (const id of ['buy', 'order']) root.querySelector(`#${id}`).replaceWith(document.querySelector(`#${id}`));
  document.replaceChild(root, document.documentElement);
};

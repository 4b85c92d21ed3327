// As Astro's client router: the attributes of the root, the head's elements and the body are those of the next page.
window.swaps = 0;
window.swap = () => {
  window.swaps += 1;
  const next = new DOMParser().parseFromString(document.documentElement.outerHTML, 'text/html');
  for (const { name } of [...document.documentElement.attributes]) document.documentElement.removeAttribute(name);
  for (const { name, value } of [...next.documentElement.attributes])
    document.documentElement.setAttribute(name, value);
  for (const child of [...document.head.children]) child.remove();
  for (const child of [...next.head.children]) document.head.append(child);
  for (const id of ['buy', 'order']) next.querySelector(`#${id}`).replaceWith(document.querySelector(`#${id}`));
  document.body.replaceWith(next.body);
};

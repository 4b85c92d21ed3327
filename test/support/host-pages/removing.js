// Whatever this page does not know is thrown out again.
new MutationObserver((changes) => {
  for (const { addedNodes } of changes)
    for (const node of addedNodes) if (node.nodeType === 1 && node.localName.includes('-')) node.remove();
}).observe(document, { childList: true, subtree: true });

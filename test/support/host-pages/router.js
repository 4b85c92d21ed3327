// A router that has wrapped the history, and insists on who calls it.
window.routed = 0;
for (const name of ['pushState', 'replaceState']) {
  const plain = history[name];
  history[name] = function (...call) {
    if (this !== history) throw new TypeError('Illegal invocation');
    window.routed += 1;
    const result = plain.apply(this, call);
    window.dispatchEvent(new CustomEvent('routed', { detail: name }));
    return result;
  };
}

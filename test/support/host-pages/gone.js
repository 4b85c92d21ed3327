// Some old pages take away what they were told is dangerous.
delete window.fetch;
Object.defineProperty(window, 'fetch', { value: undefined, writable: true, configurable: true });
window.XMLHttpRequest = undefined;
window.console = {};
window.requestIdleCallback = undefined;

// As zone.js: a promise of its own that no native one is an instance of, timers whose number is an object, listeners behind wrappers.
const NativePromise = window.Promise;
class ZonePromise {
  constructor(run) {
    this.native = new NativePromise(run);
  }
  // biome-ignore lint/suspicious/noThenProperty: it is a promise, and wants to be taken for one
  then(onDone, onFailed) {
    return new ZonePromise((resolve, reject) => this.native.then(onDone, onFailed).then(resolve, reject));
  }
  catch(onFailed) {
    return this.then(undefined, onFailed);
  }
  finally(run) {
    return new ZonePromise((resolve, reject) => this.native.finally(run).then(resolve, reject));
  }
}
for (const name of ['all', 'allSettled', 'any', 'race', 'resolve', 'reject'])
  ZonePromise[name] = (given) => new ZonePromise((resolve, reject) => NativePromise[name](given).then(resolve, reject));
window.Promise = ZonePromise;

const tasks = new WeakMap();
for (const [set, clear] of [
  ['setTimeout', 'clearTimeout'],
  ['setInterval', 'clearInterval'],
]) {
  const [plainSet, plainClear] = [window[set], window[clear]];
  window[set] = (run, ms, ...rest) => {
    const task = { zone: 'root', toString: () => '[object Task]' };
    tasks.set(
      task,
      plainSet(() => run.apply(window, rest), ms),
    );
    return task;
  };
  window[clear] = (task) => plainClear(task && tasks.has(task) ? tasks.get(task) : task);
}
const plainFetch = window.fetch;
window.fetch = (...call) => ZonePromise.resolve(plainFetch(...call));

const wrapped = new WeakMap();
const { addEventListener: add, removeEventListener: remove } = EventTarget.prototype;
EventTarget.prototype.addEventListener = function (type, listener, options) {
  if (listener && !wrapped.has(listener))
    wrapped.set(listener, function (event) {
      return typeof listener === 'function' ? listener.call(this, event) : listener.handleEvent(event);
    });
  return add.call(this || window, type, listener && wrapped.get(listener), options);
};
EventTarget.prototype.removeEventListener = function (type, listener, options) {
  return remove.call(this || window, type, (listener && wrapped.get(listener)) || listener, options);
};

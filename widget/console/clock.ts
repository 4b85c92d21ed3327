import { signal } from '@preact/signals';

/** One second-hand for everything that counts down; a hidden page needs none. */
export const now = signal(Date.now());

const tick = () => {
  if (document.visibilityState === 'visible') now.value = Date.now();
};
setInterval(tick, 1000);
document.addEventListener('visibilitychange', tick);

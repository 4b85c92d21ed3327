import 'rrweb/dist/style.css';
import './player.css';
import { isCommand, type PlayerReport } from './messages.ts';
import { createPlayer } from './player.ts';

/**
 * Who may speak to us. The page's policy (`frame-ancestors`) lets only the console frame it, so the first `hello` of the window
 * around us names the console; from then on nobody else is heard.
 */
let consoleOrigin: string | null = null;

const report = (message: PlayerReport) => {
  if (consoleOrigin !== null) window.parent.postMessage(message, consoleOrigin);
};

const stage = document.getElementById('stage') as HTMLElement;
const player = createPlayer(stage, report);

addEventListener('message', ({ data, origin, source }) => {
  // A replayed page is a window below us, never the one above.
  if (window.parent === window || source !== window.parent || !isCommand(data)) return;
  if (consoleOrigin === null) {
    if (data.type !== 'hello') return;
    consoleOrigin = origin;
    report({ type: 'ready' });
    return;
  }
  if (origin !== consoleOrigin) return;
  if (data.type === 'hello') {
    report({ type: 'ready' });
    return;
  }
  try {
    player.run(data);
  } catch (cause) {
    report({
      type: 'error',
      message: `This recording cannot be shown (${cause instanceof Error ? cause.message : 'unknown reason'}).`,
    });
  }
});

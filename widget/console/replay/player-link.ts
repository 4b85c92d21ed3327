import { isReport, type PlayerCommand, type PlayerReport } from '../../player/messages.ts';

export type PlayerLink = { send(command: PlayerCommand): void; close(): void };

/** How often the page is greeted until it answers: its script may not have run when its frame says `load`. */
const HELLO_EVERY_MS = 250;

/**
 * The console's end of the replay page. It lives on another origin, so that hostile recordings never run beside the session:
 * only its window at exactly its origin is heard, and what we say goes nowhere else.
 */
export function linkPlayer(
  frame: HTMLIFrameElement,
  origin: string,
  onReport: (report: PlayerReport) => void,
): PlayerLink {
  let ready = false;
  let waiting: PlayerCommand[] = [];
  const post = (command: PlayerCommand) => {
    try {
      frame.contentWindow?.postMessage(command, origin);
    } catch {
      // The frame still shows its first, empty document.
    }
  };
  const hello = setInterval(() => post({ type: 'hello' }), HELLO_EVERY_MS);
  const onMessage = ({ data, origin: from, source }: MessageEvent) => {
    if (from !== origin || source !== frame.contentWindow || !isReport(data)) return;
    if (data.type === 'ready') {
      if (ready) return;
      ready = true;
      clearInterval(hello);
      for (const command of waiting) post(command);
      waiting = [];
    }
    onReport(data);
  };
  addEventListener('message', onMessage);
  return {
    send(command) {
      if (ready) post(command);
      // A later load makes everything before it pointless.
      else waiting = command.type === 'load' ? [command] : [...waiting, command];
    },
    close() {
      clearInterval(hello);
      removeEventListener('message', onMessage);
    },
  };
}

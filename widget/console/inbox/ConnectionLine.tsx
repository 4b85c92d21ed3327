import type { Connection } from '../kit/feed.ts';
import type { Workplace } from '../workplace.ts';

const WORDS: Record<Connection, { text: string; tone: 'good' | 'wait' | 'bad' }> = {
  live: { text: 'Live', tone: 'good' },
  connecting: { text: 'Connecting…', tone: 'wait' },
  lost: { text: 'Connection lost. Trying again; what you type is kept.', tone: 'bad' },
  expired: { text: 'The session ended. Sign in again.', tone: 'bad' },
  outdated: { text: 'Baton was updated. Reload this page.', tone: 'bad' },
  refused: { text: 'The server refused part of this page.', tone: 'bad' },
};

export function ConnectionLine({ workplace }: { workplace: Workplace }) {
  const { value } = workplace.connection;
  const { text, tone } = WORDS[value];
  return (
    <p class={`connection ${tone}`} role="status">
      <span class="dot" aria-hidden="true" />
      <span>{text}</span>
      {value === 'outdated' && (
        <button type="button" class="link" onClick={() => location.reload()}>
          Reload
        </button>
      )}
      {(value === 'refused' || value === 'expired') && (
        <button type="button" class="link" onClick={workplace.reconnect}>
          Try again
        </button>
      )}
    </p>
  );
}

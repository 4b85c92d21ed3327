import { exactTime, relativeTime } from '../../panel/wording.ts';
import { now } from '../clock.ts';

/** How long ago, with the exact time for whoever asks: on hover, on focus and for a screen reader. */
export function Time({ at, focusable = false }: { at: number; focusable?: boolean }) {
  const exact = exactTime(at);
  return (
    <time
      dateTime={new Date(at).toISOString()}
      title={exact}
      data-exact={exact}
      {...(focusable ? { tabIndex: 0 } : {})}
    >
      <span>{relativeTime(at, now.value)}</span>
    </time>
  );
}

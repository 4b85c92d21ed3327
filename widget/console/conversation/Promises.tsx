import type { SlaTargetView } from '#domain/sla/targets.ts';
import { exactTime } from '../../panel/wording.ts';
import { now } from '../clock.ts';
import { Icon } from '../kit/Icon.tsx';
import { owedPromises } from '../wording.ts';

/** What is owed to the visitor, and for how long: in words, a late one with a shape beside its colour. */
export function Promises({ targets }: { targets: readonly SlaTargetView[] }) {
  const owed = owedPromises(targets, now.value);
  if (owed.length === 0) return null;
  return (
    <ul class="promises plain-list">
      {owed.map(({ metric, words, tone, exactAt }) => (
        <li key={metric} class={tone}>
          {tone !== 'calm' && <Icon name={tone === 'late' ? 'alert' : 'half'} />}
          {exactAt === null ? (
            <span>{words}</span>
          ) : (
            <time
              dateTime={new Date(exactAt).toISOString()}
              title={exactTime(exactAt)}
              data-exact={exactTime(exactAt)}
              // biome-ignore lint/a11y/noNoninteractiveTabindex: the exact time is told on focus
              tabIndex={0}
            >
              <span>{words}</span>
            </time>
          )}
        </li>
      ))}
    </ul>
  );
}

import type { SlaPreview } from '#protocol/sla.ts';
import { now } from '../clock.ts';
import { due } from '../wording.ts';
import { PreviewBox } from './PreviewBox.tsx';
import type { PromiseForm } from './promise-form.ts';
import { promisePreviewSummary } from './promise-words.ts';

/** What other promises would do to those to whom something is owed now. */
export function PromisePreview({ form }: { form: PromiseForm }) {
  return (
    <PreviewBox form={form} id="promise-preview" title="Preview" summary={promisePreviewSummary}>
      {({ first }) =>
        first.length > 0 && (
          <ul>
            {first.map((one) => (
              <li key={one.ticketNumber}>
                {one.ticketNumber} {one.subject} <Change {...one} />
              </li>
            ))}
          </ul>
        )
      }
    </PreviewBox>
  );
}

function Change({ was, would, breaksAtOnce }: SlaPreview['first'][number]) {
  const words = (at: number | null) => (at === null ? 'nothing due' : due(at, now.value));
  return (
    <span class="quiet">
      {breaksAtOnce && <strong>late at once, </strong>}
      {words(would)}, was {words(was)}
    </span>
  );
}

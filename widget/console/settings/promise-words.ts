import type { SlaPreview } from '#protocol/sla.ts';
import { plural } from '../wording.ts';

/** What other promises would come to, in a few sentences. */
export function promisePreviewSummary(data: SlaPreview, isOfChange: boolean): string {
  const { owed, earlier, later, breaksAtOnce, unseen } = data;
  const rest = unseen === 0 ? '' : ` ${plural(unseen, 'conversation')} more could not be looked at.`;
  if (owed === 0) return `Nobody is owed anything now.${rest}`;
  const counted = `${plural(owed, 'person is', 'people are')} owed something now.`;
  if (!isOfChange) return `${counted} Change a promise to see what it would mean for them.${rest}`;
  if (earlier + later + breaksAtOnce === 0) return `${counted} Nothing changes for them.${rest}`;
  const parts = [
    ...(earlier > 0 ? [`${earlier} due earlier`] : []),
    ...(later > 0 ? [`${later} due later or not at all`] : []),
    ...(breaksAtOnce > 0 ? [`${breaksAtOnce} late at once`] : []),
  ];
  return `${counted} By these promises: ${parts.join(', ')}.${rest}`;
}

import type { Page } from '#domain/page/page.ts';
import { RECORDED, redactText } from '#domain/redaction/redact.ts';
import type { Breadcrumb } from '#domain/timeline/breadcrumb.ts';
import { orderTrail } from '#domain/timeline/order-trail.ts';

/** The newest are kept: trouble is at the end. */
const MAX_LINES = 40;
const MAX_NAME_CHARS = 80;
const MAX_MESSAGE_CHARS = 160;
export const MAX_OUTLINE_CHARS = 2000;

/**
 * [G34] The page the visitor is on, by roles and accessible names, with what happened to each: from the page as the widget told it and the crumbs since it was opened.
 * No HTML, and nothing that was typed: names come masked, and are redacted once more. Null where nothing is known. What the host says with `setContext` is not in
 * it: it is for people.
 */
export function pageOutline(page: Page | null, trail: readonly Breadcrumb[]): string | null {
  const crumbs = sinceOpened(orderTrail(trail));
  if (page === null && crumbs.length === 0) return null;
  const lines: string[] = [];
  if (page !== null) {
    const area = page.area === null ? '' : `, area ${clip(page.area, MAX_NAME_CHARS)}`;
    lines.push(`page "${clip(page.title, MAX_NAME_CHARS)}" at ${clip(page.path, MAX_MESSAGE_CHARS)}${area}`);
  }
  const things = linesOf(crumbs);
  const kept = things.slice(-MAX_LINES);
  if (kept.length === 0) lines.push('nothing was touched on it yet');
  let text = lines.join('\n');
  // Newest first into what room there is, then as it happened.
  const fitting: string[] = [];
  let room = MAX_OUTLINE_CHARS - text.length;
  for (const line of kept.toReversed()) {
    room -= line.length + 1;
    if (room < 0) break;
    fitting.unshift(line);
  }
  text = [text, ...fitting].filter((line) => line !== '').join('\n');
  return text;
}

/** What happened in the tab that was used last, since its page was opened there. */
function sinceOpened(trail: readonly Breadcrumb[]): Breadcrumb[] {
  const tab = trail.at(-1)?.tab;
  const own = trail.filter((crumb) => crumb.tab === tab);
  return own.slice(own.findLastIndex(({ kind }) => kind === 'navigation') + 1);
}

type Thing = { what: string; deeds: Map<string, number> };

/** A line for each thing, in the order in which it was touched last, and one for each failure. */
function linesOf(crumbs: readonly Breadcrumb[]): string[] {
  const things = new Map<string, Thing>();
  const note = (what: string, deed: string, times = 1): void => {
    const thing = things.get(what) ?? { what, deeds: new Map<string, number>() };
    thing.deeds.set(deed, (thing.deeds.get(deed) ?? 0) + times);
    things.delete(what);
    things.set(what, thing);
  };
  for (const crumb of crumbs) {
    switch (crumb.kind) {
      case 'click':
        note(named(crumb.role, crumb.name), 'pressed');
        break;
      case 'rage_click':
        note(named(crumb.role, crumb.name), 'pressed impatiently', crumb.count);
        break;
      case 'dead_click':
        note(named(crumb.role, crumb.name), 'pressed without effect');
        break;
      case 'slow_click':
        note(named(crumb.role, crumb.name), 'slow to react');
        break;
      case 'input':
        note(named(crumb.role, crumb.name), crumb.filled ? 'filled in' : 'emptied');
        break;
      case 'submit':
        note(named('form', crumb.name), 'submitted');
        break;
      case 'form_rejected':
        note(named('form', crumb.name), `refused for ${clip(crumb.fields.join(', '), MAX_MESSAGE_CHARS) || 'a field'}`);
        break;
      case 'error':
        note(`error "${clip(crumb.message, MAX_MESSAGE_CHARS)}"`, 'seen');
        break;
      case 'request_failed':
        note(
          `request ${crumb.method} ${clip(crumb.path, MAX_MESSAGE_CHARS)}`,
          crumb.status === 0 ? 'got no answer' : `refused with ${crumb.status}`,
        );
        break;
      default:
        // Says nothing about what is on the page.
        break;
    }
  }
  return [...things.values()].map(
    ({ what, deeds }) =>
      `- ${what}: ${[...deeds].map(([deed, times]) => (times === 1 ? deed : `${deed} ×${times}`)).join(', ')}`,
  );
}

const named = (role: string, name: string): string =>
  `${clip(role, MAX_NAME_CHARS) || 'thing'} "${clip(name, MAX_NAME_CHARS)}"`;

/** Redacted before it is cut: half a card is known by nobody. */
const clip = (text: string, max: number): string => {
  const line = redactText(text.slice(0, MAX_OUTLINE_CHARS), RECORDED)
    .text.slice(0, max * 2)
    .replace(/\s+/g, ' ')
    .trim();
  return line.length <= max ? line : `${line.slice(0, max - 1)}…`;
};

import { unreachable } from '#domain/result.ts';
import type { BreadcrumbBody } from '#domain/timeline/breadcrumb.ts';

/** One line of the console's narrowest column. */
const MAX_NAME_CHARS = 80;
const MAX_MESSAGE_CHARS = 160;

/** [L2] What happened, as one says it to a colleague; names of things on the page stand between asterisks. */
export function describeCrumb(crumb: BreadcrumbBody): string {
  switch (crumb.kind) {
    case 'navigation':
      return crumb.cause === 'history'
        ? `Went back to ${clip(crumb.path, MAX_MESSAGE_CHARS)}`
        : `Opened ${clip(crumb.path, MAX_MESSAGE_CHARS)}`;
    case 'click':
      return `Clicked ${named(crumb)}`;
    case 'rage_click':
      return `Clicked ${named(crumb)} ×${crumb.count} impatiently`;
    case 'dead_click':
      return `Clicked ${named(crumb)}: nothing happened`;
    case 'slow_click':
      return `Clicked ${named(crumb)}: it took ${(crumb.durationMs / 1000).toFixed(1)} s to react`;
    case 'input':
      return `Changed ${named(crumb)}`;
    case 'submit':
      return `Submitted ${named({ name: crumb.name, role: 'form' })}`;
    case 'form_rejected':
      return `${capital(named({ name: crumb.name, role: 'form' }))} was refused${crumb.fields.length ? `: ${clip(crumb.fields.join(', '), MAX_MESSAGE_CHARS)}` : ''}`;
    case 'error':
      return `Error: ${clip(crumb.message, MAX_MESSAGE_CHARS)}`;
    case 'console_error':
      return `Console error: ${clip(crumb.message, MAX_MESSAGE_CHARS)}`;
    case 'request_failed':
      return `${crumb.method} ${clip(crumb.path, MAX_MESSAGE_CHARS)} → ${crumb.status === 0 ? 'no answer' : crumb.status}`;
    case 'request_slow':
      return `${crumb.method} ${clip(crumb.path, MAX_MESSAGE_CHARS)} took ${(crumb.durationMs / 1000).toFixed(1)} s`;
    case 'visibility':
      return crumb.state === 'hidden' ? 'Left the tab' : 'Came back to the tab';
    case 'connection':
      return crumb.state === 'offline' ? 'Lost the connection' : 'Was online again';
    default:
      return unreachable(crumb);
  }
}

function named({ name, role }: { name: string; role: string }): string {
  const clean = clip(name, MAX_NAME_CHARS);
  return clean === '' ? `a ${role || 'thing'}` : `*${clean}*`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function clip(text: string, max: number): string {
  const line = text
    .slice(0, max * 2)
    .replace(/\s+/g, ' ')
    .trim();
  return line.length <= max ? line : `${line.slice(0, max - 1)}…`;
}

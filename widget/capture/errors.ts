import { RECORDED, redactText, stripUrl } from '#domain/redaction/redact.ts';
import { isSecretLabel } from '#domain/redaction/secret.ts';
import type { BreadcrumbBody } from '#domain/timeline/breadcrumb.ts';
import { clip } from './clip.ts';
import { patch } from './requests.ts';

const MAX_MESSAGE_CHARS = 300;

export function errorCrumb(message: string, source: string): BreadcrumbBody {
  return { kind: 'error', message: readMessage(message), source: source ? stripUrl(source).slice(0, 500) : null };
}

/** Errors, rejections and `console.error`. Returns the way back. */
export function watchErrors(crumb: (body: BreadcrumbBody) => void): () => void {
  const onError = (event: ErrorEvent) => crumb(errorCrumb(event.message, event.filename));
  const onRejection = (event: PromiseRejectionEvent) => crumb(errorCrumb(describe(event.reason), ''));
  window.addEventListener('error', onError);
  window.addEventListener('unhandledrejection', onRejection);
  const restore = patch(window.console, 'error', (original) => (...args: unknown[]) => {
    try {
      crumb({ kind: 'console_error', message: readMessage(args.map(describeNext).join(' ')) });
    } catch {
      // Watching must not change what the page does.
    }
    Reflect.apply(original, console, args);
  });
  return () => {
    window.removeEventListener('error', onError);
    window.removeEventListener('unhandledrejection', onRejection);
    restore();
  };
}

/** What a label that is an argument of its own promises is no text to look at: it goes whole. */
const describeNext = (value: unknown, index: number, args: readonly unknown[]): string =>
  isSecretLabel(describe(args[index - 1])) ? '[secret]' : describe(value);

/** Objects are left out: what a page logs in them is its users' data. */
function describe(value: unknown): string {
  try {
    if (value instanceof Error) return `${value.name}: ${value.message}`;
    return typeof value === 'object' || typeof value === 'function' ? '[object]' : String(value);
  } catch {
    return '[object]';
  }
}

/** Addresses inside a message lose their query before the rest is looked at. */
const readMessage = (text: string): string =>
  clip(
    redactText(clip(text, 2000).replace(/(https?:\/\/[^\s?#]{1,300})[?#]\S*/g, '$1'), RECORDED).text,
    MAX_MESSAGE_CHARS,
  );

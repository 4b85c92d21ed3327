import type { BreadcrumbBody } from '#domain/timeline/breadcrumb.ts';
import { accessibleName, roleOf } from './accessible-name.ts';

/** A field is told once its visitor has paused. */
const TYPING_PAUSE_MS = 1000;
/** How long after a submit a page may mark fields as wrong for this submit. */
const REJECTION_WINDOW_MS = 1500;
/** Marks come one by one. */
const SETTLE_MS = 50;
const MAX_FIELDS = 20;

/** Input kinds (never values), submits and rejected forms. Returns the way back. */
export function watchForms(
  crumb: (body: BreadcrumbBody, at: number) => void,
  isOurs: (node: Node) => boolean,
  now: () => number,
): () => void {
  const timers = new Set<ReturnType<typeof setTimeout>>();
  const later = (run: () => void, ms: number) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      run();
    }, ms);
    timers.add(timer);
    return timer;
  };
  const targetOf = (event: Event): Element | null => {
    const node = event.composedPath()[0];
    return node instanceof Element && !isOurs(node) ? node : null;
  };

  const typing = new WeakMap<Element, ReturnType<typeof setTimeout>>();
  const onInput = (event: Event) => {
    const field = targetOf(event);
    if (!field || !event.isTrusted) return;
    const at = now();
    clearTimeout(typing.get(field));
    typing.set(
      field,
      later(
        () =>
          crumb(
            {
              kind: 'input',
              role: roleOf(field),
              name: accessibleName(field),
              inputKind: kindOf(field),
              filled: isFilled(field),
            },
            at,
          ),
        TYPING_PAUSE_MS,
      ),
    );
  };

  const reject = (form: Element | null, fields: Iterable<Element>, at: number) => {
    const names = [...new Set([...fields].map((field) => accessibleName(field) || kindOf(field)))];
    if (names.length > 0)
      crumb({ kind: 'form_rejected', name: form ? formName(form, null) : '', fields: names.slice(0, MAX_FIELDS) }, at);
  };

  /** The browser refused: one event per field, all in the same turn. */
  let refused: { form: Element | null; fields: Set<Element> } | null = null;
  const onInvalid = (event: Event) => {
    const field = targetOf(event);
    if (!field) return;
    if (refused === null) {
      refused = { form: field.closest('form'), fields: new Set() };
      const at = now();
      later(() => {
        if (refused) reject(refused.form, refused.fields, at);
        refused = null;
      }, 0);
    }
    refused.fields.add(field);
  };

  /** The page refused: fields that it marks after the submit. Those marked again count, those that only stayed marked do not. */
  const watching = new WeakMap<Element, MutationObserver>();
  const observers = new Set<MutationObserver>();
  const onSubmit = (event: SubmitEvent) => {
    const form = targetOf(event);
    if (!form) return;
    crumb({ kind: 'submit', name: formName(form, event.submitter) }, now());
    watching.get(form)?.disconnect();
    const marked = new Set<Element>();
    let settle: ReturnType<typeof setTimeout> | undefined;
    const stop = () => {
      observer.disconnect();
      observers.delete(observer);
    };
    const observer = new MutationObserver((records) => {
      for (const { target, addedNodes } of records) {
        for (const node of [target, ...addedNodes]) {
          if (!(node instanceof Element)) continue;
          if (isMarked(node)) marked.add(node);
          if (node !== target) for (const inner of node.querySelectorAll('[aria-invalid=true]')) marked.add(inner);
        }
      }
      if (marked.size === 0) return;
      const at = now();
      settle ??= later(() => {
        stop();
        reject(form, [...marked].filter(isMarked), at);
      }, SETTLE_MS);
    });
    observers.add(observer);
    watching.set(form, observer);
    observer.observe(form, { subtree: true, childList: true, attributeFilter: ['aria-invalid'] });
    later(() => settle === undefined && stop(), REJECTION_WINDOW_MS);
  };

  const passive = { capture: true, passive: true };
  window.addEventListener('input', onInput, passive);
  window.addEventListener('invalid', onInvalid, passive);
  window.addEventListener('submit', onSubmit, passive);
  return () => {
    window.removeEventListener('input', onInput, passive);
    window.removeEventListener('invalid', onInvalid, passive);
    window.removeEventListener('submit', onSubmit, passive);
    for (const timer of timers) clearTimeout(timer);
    for (const observer of observers) observer.disconnect();
  };
}

const isMarked = (node: Element): boolean => node.getAttribute('aria-invalid') === 'true';

const kindOf = (field: Element): string =>
  field.tagName === 'INPUT'
    ? (field as HTMLInputElement).type
    : field.tagName === 'SELECT' || field.tagName === 'TEXTAREA'
      ? field.tagName.toLowerCase()
      : 'text';

/** Whether anything is in it; nothing more is ever asked of a value. */
const isFilled = (field: Element): boolean =>
  'value' in field ? field.value !== '' : (field.textContent ?? '').trim() !== '';

/** A form is rarely named; then its legend or the button that sent it says what it is. */
function formName(form: Element, submitter: Element | null): string {
  const titled = accessibleName(form);
  if (titled) return titled;
  const legend = form.querySelector('legend');
  if (legend) return accessibleName(legend);
  const button = submitter ?? form.querySelector('button:not([type=button]),input[type=submit]');
  return button ? accessibleName(button) : '';
}

import type { BreadcrumbBody } from '#domain/timeline/breadcrumb.ts';
import { accessibleName, controlOf, roleOf } from './accessible-name.ts';
import { createClickWatch } from './click-watch.ts';

/** Controls that may well do nothing on a click: they take input, or lead elsewhere. */
const NEVER_DEAD =
  'input:not([type=button]):not([type=submit]):not([type=reset]),select,textarea,label,option,summary,a[href],[contenteditable],[disabled],[aria-disabled=true]';
/** Repeated clicks in these select text or count up. */
const NEVER_RAGE = 'input:not([type=button]):not([type=submit]):not([type=reset]),select,textarea,[contenteditable]';

/** Who presses these often wants it often: steps of a number, pages, undo. */
const STEPPER =
  /^[+−–\-<>‹›«»←→↑↓▲▼]+$|\b(?:next|previous|prev|back|forward|more|less|add|remove|increase|decrease|increment|decrement|up|down|zoom|undo|redo|louder|quieter|plus|minus)\b/i;
const EVERYTHING = { subtree: true, childList: true, attributes: true, characterData: true };

/** Clicks by role and name, rage, dead and slow clicks. Returns the way back, and how to tell that the page reacted. */
export function watchClicks(
  crumb: (body: BreadcrumbBody, at: number) => void,
  isOurs: (node: Node) => boolean,
  now: () => number,
): { stop(): void; reacted(): void } {
  const watch = createClickWatch();
  let timer: ReturnType<typeof setTimeout> | undefined;

  // Looks at the page only while a click waits for a reaction: observing a busy page all the time costs frames.
  const observer = new MutationObserver((records) => {
    // Put in and taken out again before anybody could see it, as recorders do with frames.
    const came = new Set(records.flatMap(({ addedNodes }) => [...addedNodes]));
    const isSeen = (node: Node) => !isOurs(node) && (came.has(node) ? node.isConnected : true);
    const isReaction = ({ type, target, addedNodes, removedNodes }: MutationRecord): boolean =>
      !isOurs(target) &&
      !document.head.contains(target) &&
      (type !== 'childList' || [...addedNodes, ...removedNodes].some(isSeen));
    if (records.some(isReaction)) reacted();
  });
  let observing = false;

  function reacted() {
    watch.reacted(now());
    if (observing) observer.disconnect();
    observing = false;
    // What has become certain is told: a click that was answered late.
    if (watch.nextCheckAt() !== null) schedule();
  }

  function check() {
    timer = undefined;
    for (const { at, ...finding } of watch.check(now())) crumb(finding, at);
    schedule();
  }

  function schedule() {
    const at = watch.nextCheckAt();
    if (at === null) return reacted();
    timer ??= setTimeout(check, Math.max(0, at - now()));
  }

  const onClick = (event: MouseEvent) => {
    const node = event.composedPath()[0];
    if (!event.isTrusted || !(node instanceof Element) || isOurs(node)) return;
    const control = controlOf(node);
    const target = control ?? node;
    // The control of a label is clicked right after it.
    if (target.tagName === 'LABEL') return;
    const selecting = getSelection()?.isCollapsed === false;
    // The end of a drag over text. Words that repeated clicks select are no wish of who clicks on what looks like a button.
    const dragged = selecting && event.detail < 2;
    const looksClickable = control !== null || (!dragged && getComputedStyle(node).cursor === 'pointer');
    if (!looksClickable && dragged) return;
    const at = now();
    const role = roleOf(target);
    const name = accessibleName(target);
    if (looksClickable) crumb({ kind: 'click', role, name }, at);
    if (target.matches(NEVER_RAGE)) return;
    watch.click({
      at,
      target,
      role,
      name,
      x: event.clientX,
      y: event.clientY,
      isStepper: STEPPER.test(name),
      selects: !looksClickable && selecting,
      expectsReaction: looksClickable && !dragged && !target.closest(NEVER_DEAD),
    });
    if (!observing) {
      observing = true;
      // A shadow tree is a document of its own to an observer.
      for (const root of event.composedPath())
        if (root === document || root instanceof ShadowRoot) observer.observe(root as Node, EVERYTHING);
    }
    schedule();
  };

  // Any of these means that something happened. `toggle`, `play`, `pause` do not bubble, but are seen on the way down.
  const signs = [
    'focusin',
    'scroll',
    'beforeunload',
    'blur',
    'toggle',
    'play',
    'pause',
    'copy',
    'submit',
    'input',
    'popstate',
    'hashchange',
  ];
  const passive = { capture: true, passive: true };
  const onSign = () => {
    if (observing) reacted();
  };
  window.addEventListener('click', onClick, passive);
  for (const sign of signs) window.addEventListener(sign, onSign, passive);
  return {
    reacted,
    stop() {
      clearTimeout(timer);
      observer.disconnect();
      window.removeEventListener('click', onClick, passive);
      for (const sign of signs) window.removeEventListener(sign, onSign, passive);
    },
  };
}

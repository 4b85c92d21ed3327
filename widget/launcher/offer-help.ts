import { deservesOffer, PAGE_SIGNALS_WINDOW_MS, pageSignals } from '#domain/timeline/page-signals.ts';
import { element } from '../kit/element.ts';
import type { Core } from './core.ts';

/** The visitor's last click may still be on its way to something; the bubble must not move under it. */
const SHOW_AFTER_MS = 600;

/**
 * [L6] Offers help when a page is in trouble: impatient clicks and a failed request, or the same request refused three times, within five
 * minutes. Once per trouble: after it was offered, only what happens later counts. Takes no focus and disappears when the panel opens.
 */
export function offerHelp(core: Core, open: () => void): { check(): void; dismiss(): void } {
  let bubble: HTMLElement | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const dismiss = () => {
    clearTimeout(timer);
    timer = undefined;
    if (bubble === null) return;
    const hadFocus = bubble.contains(core.shadow.activeElement);
    bubble.remove();
    bubble = null;
    if (hadFocus) core.shadow.querySelector('button')?.focus();
  };

  const isInTrouble = (): boolean => {
    const since = Number(core.session.get(core.keys.offered) ?? 0);
    const now = Date.now();
    const window = Math.min(PAGE_SIGNALS_WINDOW_MS, now - since);
    return deservesOffer(pageSignals(core.capture.trail.all(), now, window));
  };

  const show = () => {
    timer = undefined;
    core.session.set(core.keys.offered, String(Date.now()));
    const choose = (then: () => void) => () => {
      dismiss();
      then();
    };
    // The region is there before its text: a status is only spoken when it changes.
    const shown = element('div', { role: 'status', class: 'offer' });
    bubble = shown;
    core.shadow.querySelector('.root')?.append(shown);
    shown.append(
      element('p', {}, 'Something on this page seems to be failing. Want help?'),
      element(
        'div',
        {},
        element('button', { type: 'button', onclick: choose(open) }, 'Get help'),
        element('button', { type: 'button', onclick: choose(() => {}) }, 'Not now'),
      ),
    );
  };

  return {
    check() {
      if (bubble === null && timer === undefined && isInTrouble()) timer = setTimeout(show, SHOW_AFTER_MS);
    },
    dismiss() {
      // Opening the panel by oneself answers the offer too.
      if (bubble !== null || timer !== undefined) core.session.set(core.keys.offered, String(Date.now()));
      dismiss();
    },
  };
}

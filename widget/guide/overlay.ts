import { element, styleSheet } from '../kit/element.ts';
import css from './guide.css?inline';

type Deeds = { next(): void; back(): void; go(): void; stop(): void };

export type Overlay = {
  /** What the card says: where in the guide, what to do, and whether there is something to go to. */
  say(state: { step: number; steps: number; text: string; hint: string; found: boolean }): void;
  /** Around what stands there in the window; null is nowhere. */
  surround(rect: DOMRect | null): void;
  focus(): void;
  hasFocus(): boolean;
  remove(): void;
};

/** As far as the ring stands off. */
const GAP_PX = 5;

/** [H6] The ring and the card, in our own shadow tree: nothing of the page is touched, and no recording has them. */
export function drawOverlay(shadow: ShadowRoot, deeds: Deeds): Overlay {
  const sheet = styleSheet(css);
  shadow.adoptedStyleSheets = [...shadow.adoptedStyleSheets, sheet];
  const button = (words: string, onclick: () => void, kind = '') =>
    element('button', { type: 'button', class: kind, onclick }, words);
  const ring = element('div', { class: 'ring', 'aria-hidden': 'true' });
  const count = element('p', { class: 'count' });
  const text = element('p', { id: 'guide-text' });
  const hint = element('p', { class: 'hint' });
  const back = button('Back', deeds.back);
  const go = button('Go to it', deeds.go);
  const next = button('Next', deeds.next, 'primary');
  const stop = button('Stop', deeds.stop);
  const card = element(
    'div',
    { class: 'steps', role: 'dialog', 'aria-label': 'Guide', 'aria-describedby': 'guide-text', tabindex: '-1' },
    element('div', { role: 'status' }, count, text, hint),
    element('div', { class: 'deeds' }, next, back, go, stop),
  );
  const root = element('div', { class: 'guide' }, ring, card);
  shadow.querySelector('.root')?.append(root);
  let drawn = '';
  ring.hidden = true;

  return {
    say({ step, steps, text: words, hint: more, found }) {
      count.textContent = `Step ${step} of ${steps}`;
      text.textContent = words;
      hint.textContent = more;
      next.textContent = step === steps ? 'Done' : 'Next';
      // Not hidden while it has the focus, which would be lost.
      back.setAttribute('aria-disabled', `${step === 1}`);
      go.setAttribute('aria-disabled', `${!found}`);
    },
    surround(rect) {
      ring.hidden = rect === null;
      if (rect === null) return;
      // A page whose body is moved or scaled moves what is fixed in it: where we really are is measured.
      const { left, top } = root.getBoundingClientRect();
      const box = [
        rect.left - left - GAP_PX,
        rect.top - top - GAP_PX,
        rect.width + 2 * GAP_PX,
        rect.height + 2 * GAP_PX,
      ];
      const next = box.map(Math.round).join('px ');
      if (next === drawn) return;
      drawn = next;
      const [x, y, width, height] = next.split(' ');
      ring.style.transform = `translate(${x},${y})`;
      ring.style.width = `${width}`;
      ring.style.height = `${height}px`;
      // Out of its way: below what stands above the middle, and the other way round.
      card.classList.toggle('above', rect.top + rect.height / 2 > innerHeight / 2);
    },
    focus: () => card.focus({ preventScroll: true }),
    hasFocus: () => card.contains(shadow.activeElement),
    remove() {
      root.remove();
      shadow.adoptedStyleSheets = shadow.adoptedStyleSheets.filter((one) => one !== sheet);
    },
  };
}

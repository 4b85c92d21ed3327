import { signal, useComputed } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { cardTop } from './card-top.ts';

const shown = signal<string | null>(null);
/** Sent away while it was still pointed at or focused: it comes back when that begins anew. */
let dismissed: string | null = null;

/** Long enough to reach the card from its row, whatever lies between them. */
const GRACE_MS = 300;
const GAP_PX = 12;

type ExplainedProps = { id: string; why: ComponentChildren; children: ComponentChildren };

/**
 * What a row says more when it is pointed at or focused: a card beside the list, so that nothing in the list moves under the
 * pointer. The same words describe the row to a screen reader. WCAG 1.4.13: Escape sends the card away, the pointer may go onto it,
 * and it stays for as long as either is there.
 */
export function Explained({ id, why, children }: ExplainedProps) {
  const box = useRef<HTMLDivElement>(null);
  const card = useRef<HTMLDivElement>(null);
  const isShown = useComputed(() => shown.value === id).value;
  const show = () => {
    if (dismissed !== id) shown.value = id;
  };
  const dismiss = () => {
    dismissed = id;
    if (shown.peek() === id) shown.value = null;
  };
  const hideSoon = () =>
    setTimeout(() => {
      if (box.current?.matches(':hover, :focus-within')) return;
      if (dismissed === id) dismissed = null;
      if (shown.peek() === id) shown.value = null;
    }, GRACE_MS);

  // At every render: what it says, and where its row is, may have changed.
  useLayoutEffect(() => {
    if (!isShown) return;
    const place = () => {
      if (box.current === null || card.current === null) return;
      const { top, right } = box.current.getBoundingClientRect();
      card.current.style.top = `${cardTop(top, card.current.offsetHeight, innerHeight)}px`;
      card.current.style.left = `${right + GAP_PX}px`;
    };
    // Wherever the focus is, and before whoever stops the key there.
    const onKeyDown = ({ key }: KeyboardEvent) => {
      if (key === 'Escape') dismiss();
    };
    const until = new AbortController();
    const options = { capture: true, signal: until.signal };
    place();
    addEventListener('resize', place, options);
    addEventListener('scroll', place, options);
    addEventListener('keydown', onKeyDown, options);
    return () => until.abort();
  });
  useEffect(
    () => () => {
      if (shown.peek() === id) shown.value = null;
    },
    [id],
  );
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only looks on; what is worked is the row inside
    // biome-ignore lint/a11y/useKeyWithClickEvents: the row is a link, which a key clicks too
    <div
      ref={box}
      // A row that arrives under a resting pointer was not pointed at: the browser reports it without any movement.
      onPointerMove={({ movementX, movementY }) => (movementX !== 0 || movementY !== 0) && show()}
      onPointerLeave={hideSoon}
      onFocusIn={show}
      onFocusOut={hideSoon}
      onClick={({ target }) => !card.current?.contains(target as Node) && dismiss()}
    >
      {children}
      <div ref={card} id={id} class="explanation" role="tooltip" hidden={!isShown}>
        {why}
      </div>
    </div>
  );
}

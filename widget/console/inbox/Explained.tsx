import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';

type Shown = { id: string; top: number; left: number; content: ComponentChildren };

const shown = signal<Shown | null>(null);

/** Room that a card of a few lines needs; nearer to the lower edge it is moved up. */
const CARD_PX = 150;

/**
 * What a row says more when it is pointed at or focused: a card beside the list, so that nothing in the list moves under the
 * pointer. The same words describe the row to a screen reader.
 */
export function explaining(id: string, content: ComponentChildren) {
  const show = ({ currentTarget }: { currentTarget: HTMLElement }) => {
    if (shown.peek()?.id === id) return;
    const { top, right } = currentTarget.getBoundingClientRect();
    shown.value = { id, top: Math.max(8, Math.min(top, innerHeight - CARD_PX)), left: right + 12, content };
  };
  const hide = () => {
    if (shown.value?.id === id) shown.value = null;
  };
  // A row that arrives under a resting pointer was not pointed at: the browser reports it without any movement.
  const onPointerMove = (event: PointerEvent & { currentTarget: HTMLElement }) => {
    if (event.movementX !== 0 || event.movementY !== 0) show(event);
  };
  return { onPointerMove, onPointerLeave: hide, onFocus: show, onBlur: hide, onClick: hide };
}

export function ExplanationCard() {
  if (shown.value === null) return null;
  const { top, left, content } = shown.value;
  return (
    <div class="explanation" style={{ top: `${top}px`, left: `${left}px` }} aria-hidden="true">
      {content}
    </div>
  );
}

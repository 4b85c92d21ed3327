import type { FieldForm } from './settings-form.ts';

/** The id of what is edited at a path: errors lead there, labels and descriptions are tied to it. */
export const idOf = (path: string): string => `set-${path}`;

/** What is said at this control; null when nothing is wrong, or nothing may be said yet. */
export const issueAt = ({ shown }: FieldForm, path: string): string | null =>
  shown.value.find((issue) => issue.path === path)?.message ?? null;

/** Attributes that tie a control to its help and to what is wrong with it. */
export function describedBy(path: string, issue: string | null, ...others: (string | false)[]) {
  const ids = [...(issue === null ? [] : [`${idOf(path)}-issue`]), ...others.filter((id) => id !== false)];
  return {
    ...(ids.length === 0 ? {} : { 'aria-describedby': ids.join(' ') }),
    ...(issue === null ? {} : { 'aria-invalid': true as const }),
  };
}

/** Brings the reader to the control at a path, or to the nearest thing around it. */
export function focusAt(path: string): void {
  for (let at = path; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('.')))) {
    const control = document.getElementById(idOf(at));
    if (control === null) continue;
    control.focus();
    control.scrollIntoView({ block: 'center' });
    return;
  }
}

let isPressed = false;
addEventListener(
  'pointerdown',
  () => {
    isPressed = true;
  },
  true,
);
for (const end of ['pointerup', 'pointercancel']) {
  addEventListener(
    end,
    () => {
      isPressed = false;
    },
    true,
  );
}

/**
 * The reader has left a control. What is wrong in it is said now, or, when it was left by pressing a button, after that: a line that appears
 * in between would move the button away from under the pointer, and the press would be none.
 */
export function leave(form: FieldForm, path: string): void {
  if (!isPressed) {
    form.touch(path);
    return;
  }
  const later = () => setTimeout(() => form.touch(path));
  addEventListener('pointerup', later, { once: true });
}

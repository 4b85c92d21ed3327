/** What a key does. The list that `?` shows is made of the same rows that answer the keys. */
export const SHORTCUTS = [
  { keys: ['a'], does: 'accept', says: 'Accept the first offer' },
  { keys: ['d'], does: 'decline', says: 'Decline the first offer' },
  { keys: ['j'], does: 'next_work', says: 'Next work of yours' },
  { keys: ['k'], does: 'previous_work', says: 'Previous work of yours' },
  { keys: ['r'], does: 'reply', says: 'Write a reply' },
  { keys: ['n'], does: 'note', says: 'Write a note for agents' },
  { keys: ['e'], does: 'resolve', says: 'Resolve' },
  { keys: ['t'], does: 'transfer', says: 'Transfer' },
  { keys: ['b'], does: 'escalate', says: 'Escalate with a bug report' },
  { keys: [' '], does: 'play', says: 'Play or pause the replay' },
  { keys: ['m'], does: 'trouble', says: 'Replay: go to the moment of trouble' },
  { keys: ['f'], does: 'full_screen', says: 'Replay: full screen, and back' },
  { keys: ['1'], does: 'tab_1', says: 'First tab of the context; 2, 3 … the others' },
  { keys: ['2'], does: 'tab_2', says: '' },
  { keys: ['3'], does: 'tab_3', says: '' },
  { keys: ['4'], does: 'tab_4', says: '' },
  { keys: ['5'], does: 'tab_5', says: '' },
  { keys: ['/'], does: 'find', says: 'Find a ticket or a person' },
  { keys: ['g', 'q'], does: 'inbox', says: 'Go to the inbox' },
  { keys: ['g', 'm'], does: 'metrics', says: 'Go to the metrics' },
  { keys: ['g', 's'], does: 'settings', says: 'Go to the settings' },
  { keys: ['?'], does: 'help', says: 'Show these shortcuts' },
] as const;
/** Works where the others rest. */
export const LEAVE_FIELD = { keys: ['Esc'], says: 'Leave the reply box: keys are shortcuts again' } as const;
export type Shortcut = (typeof SHORTCUTS)[number]['does'];

/** After a first key, the second one must follow this soon. */
const SEQUENCE_MS = 1200;

export type KeyPress = {
  key: string;
  at: number;
  /** With Ctrl, Alt or Meta: the browser's or the system's, never ours. */
  modified: boolean;
  /** The focus is where keys are text, or where they work a control. */
  taken: boolean;
};

/** Which shortcut a press completes. Keeps the first key of a sequence. */
export function createShortcutReader(): (press: KeyPress) => Shortcut | null {
  let first: { key: string; at: number } | null = null;
  return ({ key, at, modified, taken }) => {
    if (modified || taken) {
      first = null;
      return null;
    }
    const before = first !== null && at - first.at <= SEQUENCE_MS ? first.key : null;
    first = null;
    const whole = SHORTCUTS.find(({ keys }) =>
      before === null
        ? keys.length === 1 && keys[0] === key
        : keys.length === 2 && keys[0] === before && keys[1] === key,
    );
    if (whole !== undefined) return whole.does;
    if (SHORTCUTS.some(({ keys }) => keys.length === 2 && keys[0] === key)) first = { key, at };
    return null;
  };
}

/** Keys belong to what has the focus when that is a field; Space belongs to buttons too. */
export function isTaken(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.closest('dialog') !== null) return true;
  if (target.matches('input, textarea, select')) return true;
  return key === ' ' && target.closest('button, a, summary, [role="slider"], [role="tab"], [role="switch"]') !== null;
}

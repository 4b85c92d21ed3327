/** Three clicks in a second on one thing is impatience; a double click is not. */
const RAGE_CLICKS = 3;
/** Three select a paragraph; nobody selects with four. */
const RAGE_CLICKS_ON_TEXT = 4;
const RAGE_WINDOW_MS = 1000;
/** A re-rendered button is another element at the same place. */
const SAME_PLACE_PX = 24;
/** How long a page may take to show that a click did something; after that people wonder. */
const SLOW_AFTER_MS = 1000;
/** Nothing by now: the click did nothing. */
const DEAD_AFTER_MS = 4000;

export type Click = {
  at: number;
  /** Identity of what was clicked; compared, never read. */
  target: object;
  role: string;
  name: string;
  x: number;
  y: number;
  /** It selected text. */
  selects: boolean;
  /** Pressed often by who wants it often; impatience only where the page does not answer. */
  isStepper: boolean;
  /** It looks as if a click on it does something, and nothing else explains that it does not. */
  expectsReaction: boolean;
};

export type ClickFinding =
  | { kind: 'rage_click'; at: number; role: string; name: string; count: number }
  | { kind: 'dead_click'; at: number; role: string; name: string }
  | { kind: 'slow_click'; at: number; role: string; name: string; durationMs: number };

export type ClickWatch = {
  click(click: Click): void;
  /** The page reacted somehow: it changed, navigated, asked its server, moved the focus. */
  reacted(now: number): void;
  /** What has become certain by `now`. */
  check(now: number): ClickFinding[];
  /** When `check` next has something to find; null when nothing is pending. */
  nextCheckAt(): number | null;
};

/**
 * Finds rage, dead and slow clicks. Pure: time comes in. A rage click is told once per burst, when the burst is over, with the number of its
 * clicks; a dead or slow click is told at its own time. Doubt is resolved in the page's favour: any reaction clears every click before it.
 */
export function createClickWatch(): ClickWatch {
  let burst: Click[] = [];
  let pending: Click[] = [];
  let finished: ClickFinding[] = [];
  /** Whether the page reacted since the burst began. */
  let answered = false;

  const endBurst = () => {
    const isImpatient = !(answered && burst.some(({ isStepper }) => isStepper));
    const isSelecting = burst.length < RAGE_CLICKS_ON_TEXT && burst.some(({ selects }) => selects);
    const isRage =
      isImpatient &&
      !isSelecting &&
      burst.some((click, i) => {
        const last = burst[i + RAGE_CLICKS - 1];
        return last !== undefined && last.at - click.at <= RAGE_WINDOW_MS;
      });
    const last = burst.at(-1);
    if (isRage && last) {
      finished.push({ kind: 'rage_click', at: last.at, role: last.role, name: last.name, count: burst.length });
      // The burst says it all; each of its clicks as a dead click would say it again.
      pending = pending.filter((click) => !burst.includes(click));
    }
    burst = [];
    answered = false;
  };

  return {
    click(click) {
      const last = burst.at(-1);
      if (last && (click.at - last.at > RAGE_WINDOW_MS || !isSameThing(last, click))) endBurst();
      burst.push(click);
      if (click.expectsReaction) pending.push(click);
    },
    reacted(now) {
      if (burst.length > 0) answered = true;
      // A reaction answers the last click; the ones before it waited as long, and say nothing more.
      const last = pending.at(-1);
      if (last && now - last.at >= SLOW_AFTER_MS)
        finished.push({ kind: 'slow_click', at: last.at, role: last.role, name: last.name, durationMs: now - last.at });
      pending = [];
    },
    check(now) {
      const last = burst.at(-1);
      if (last && now - last.at > RAGE_WINDOW_MS) endBurst();
      // Clicks of a burst that is still going on wait for it.
      const dead = pending.filter((click) => now - click.at >= DEAD_AFTER_MS && !burst.includes(click));
      pending = pending.filter((click) => !dead.includes(click));
      const found = [
        ...finished,
        ...dead.map(({ at, role, name }) => ({ kind: 'dead_click', at, role, name }) as const),
      ];
      finished = [];
      return found;
    },
    nextCheckAt() {
      if (finished.length > 0) return finished[0]?.at ?? null;
      const last = burst.at(-1);
      const times = pending.map(({ at }) => at + DEAD_AFTER_MS);
      if (last) times.push(last.at + RAGE_WINDOW_MS + 1);
      return times.length > 0 ? Math.min(...times) : null;
    },
  };
}

function isSameThing(a: Click, b: Click): boolean {
  if (a.target === b.target) return true;
  return (
    a.role === b.role &&
    a.name === b.name &&
    Math.abs(a.x - b.x) <= SAME_PLACE_PX &&
    Math.abs(a.y - b.y) <= SAME_PLACE_PX
  );
}

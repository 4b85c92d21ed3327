/** Three clicks in a second on one thing is impatience; a double click is not. */
const RAGE_CLICKS = 3;
const RAGE_WINDOW_MS = 1000;
/** A re-rendered button is another element at the same place. */
const SAME_PLACE_PX = 24;
/** How long a page may take to show that a click did something. */
const DEAD_AFTER_MS = 1000;

export type Click = {
  at: number;
  /** Identity of what was clicked; compared, never read. */
  target: object;
  role: string;
  name: string;
  x: number;
  y: number;
  /** It looks as if a click on it does something, and nothing else explains that it does not. */
  expectsReaction: boolean;
};

export type ClickFinding =
  | { kind: 'rage_click'; at: number; role: string; name: string; count: number }
  | { kind: 'dead_click'; at: number; role: string; name: string };

export type ClickWatch = {
  click(click: Click): void;
  /** The page reacted somehow: it changed, navigated, asked its server, moved the focus. */
  reacted(): void;
  /** What has become certain by `now`. */
  check(now: number): ClickFinding[];
  /** When `check` next has something to find; null when nothing is pending. */
  nextCheckAt(): number | null;
};

/**
 * Finds rage and dead clicks. Pure: time comes in. A rage click is told once per burst, when the burst is over, with the number of its
 * clicks; a dead click is told at its own time. Doubt is resolved in the page's favour: any reaction clears every click before it.
 */
export function createClickWatch(): ClickWatch {
  let burst: Click[] = [];
  let pending: Click[] = [];
  let finished: ClickFinding[] = [];

  const endBurst = () => {
    const isRage = burst.some((click, i) => {
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
  };

  return {
    click(click) {
      const last = burst.at(-1);
      if (last && (click.at - last.at > RAGE_WINDOW_MS || !isSameThing(last, click))) endBurst();
      burst.push(click);
      if (click.expectsReaction) pending.push(click);
    },
    reacted() {
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

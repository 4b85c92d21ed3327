const UNITS = [
  { name: 'd', ms: 86_400_000 },
  { name: 'h', ms: 3_600_000 },
  { name: 'min', ms: 60_000 },
  { name: 's', ms: 1000 },
] as const;

/** Under this, seconds read better than minutes and seconds: "90 s". */
const SECONDS_UNTIL_MS = 120_000;

/** "90 s", "10 min", "1 h 30 min", "1.5 s": exact, and `parseDuration` reads back the same. */
export function durationText(ms: number): string {
  if (ms < SECONDS_UNTIL_MS && ms % 60_000 !== 0) return `${ms / 1000} s`;
  const parts: string[] = [];
  let rest = ms;
  for (const { name, ms: unit } of UNITS) {
    const count = name === 's' ? rest / unit : Math.floor(rest / unit);
    if (count > 0) parts.push(`${count} ${name}`);
    rest -= name === 's' ? rest : count * unit;
  }
  return parts.length === 0 ? '0 s' : parts.join(' ');
}

/** What people write for each unit. */
const WORDS: Record<string, number> = {
  ms: 1,
  s: 1000,
  sec: 1000,
  second: 1000,
  seconds: 1000,
  m: 60_000,
  min: 60_000,
  mins: 60_000,
  minute: 60_000,
  minutes: 60_000,
  h: 3_600_000,
  hr: 3_600_000,
  hour: 3_600_000,
  hours: 3_600_000,
  d: 86_400_000,
  day: 86_400_000,
  days: 86_400_000,
};

/**
 * Milliseconds, or null for what is no duration. A number without a unit is none: thirty what? Only nothing may go without, `0`.
 */
export function parseDuration(text: string): number | null {
  const plain = text.trim().toLowerCase();
  if (/^0+$/.test(plain)) return 0;
  if (!/^(?:\d+(?:\.\d+)?\s*[a-z]+\s*)+$/.test(plain)) return null;
  let sum = 0;
  for (const [, count, word] of plain.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]+)/g)) {
    const unit = WORDS[word as string];
    if (unit === undefined) return null;
    sum += Number(count) * unit;
  }
  return Math.round(sum);
}

import { describe, expect, test } from 'vitest';
import { clockAhead } from '../../widget/launcher/visits.ts';

const NOW = 1_790_000_000_000;

describe('[X15] how far a clock is ahead', () => {
  test.each([
    ['both agree', NOW - 40, NOW + 60, 0],
    ['it is off by less than anybody sees', NOW + 1900, NOW + 1960, 0],
    ['the answer took ten seconds', NOW - 40, NOW + 10_000, 0],
    ['so did the question', NOW - 10_000, NOW + 40, 0],
    ['an hour ahead', NOW + 3_600_000 - 50, NOW + 3_600_000 + 50, 3_600_000],
    ['a day behind', NOW - 86_400_000 - 100, NOW - 86_400_000 + 200, -86_399_950],
    ['just too much', NOW + 2001, NOW + 2003, 2002],
  ])('%s', (_, asked, answered, ahead) => expect(clockAhead(asked, answered, NOW)).toBe(ahead));
});

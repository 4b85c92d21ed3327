import { describe, expect, test } from 'vitest';
import { WAIT_COVERAGE } from '#domain/sla/wait-estimate.ts';
import { readText } from '../../widget/panel/plain-text.ts';
import {
  contactProblem,
  describeComing,
  describeExpected,
  describePlace,
  describePosition,
  describeService,
  describeWait,
  describeWish,
  openingTime,
  relativeTime,
} from '../../widget/panel/wording.ts';

describe('text of a message', () => {
  test('steps, bullets and paragraphs', () => {
    expect(readText('Do this:\n1. Open **Billing**\n2) Press Pay\n\n- one\n• two\n\nDone.\nBye.')).toEqual([
      { kind: 'paragraph', lines: [[{ kind: 'text', text: 'Do this:' }]] },
      {
        kind: 'list',
        ordered: true,
        start: 1,
        items: [
          [
            { kind: 'text', text: 'Open ' },
            { kind: 'strong', text: 'Billing' },
          ],
          [{ kind: 'text', text: 'Press Pay' }],
        ],
      },
      {
        kind: 'list',
        ordered: false,
        start: 1,
        items: [[{ kind: 'text', text: 'one' }], [{ kind: 'text', text: 'two' }]],
      },
      { kind: 'paragraph', lines: [[{ kind: 'text', text: 'Done.' }], [{ kind: 'text', text: 'Bye.' }]] },
    ]);
  });

  const linksIn = (text: string) =>
    readText(text).flatMap((block) =>
      (block.kind === 'paragraph' ? block.lines : block.items)
        .flat()
        .filter(({ kind }) => kind === 'link')
        .map((part) => part.text),
    );
  test.each<[string, string[]]>([
    ['see https://a.example/x?y=1#z.', ['https://a.example/x?y=1#z']],
    ['(https://a.example/wiki/A_(b)) and http://b.example,', ['https://a.example/wiki/A_(b)', 'http://b.example']],
    ['javascript:alert(1) data:text/html,x ftp://x //y', []],
    ['https://a.example/"onclick="x', ['https://a.example/']],
  ])('addresses in %s', (text, links) => expect(linksIn(text)).toEqual(links));

  test('markup is text', () => {
    expect(readText('<img src=x onerror=alert(1)>')).toEqual([
      { kind: 'paragraph', lines: [[{ kind: 'text', text: '<img src=x onerror=alert(1)>' }]] },
    ]);
  });
});

test.each<[{ lowMs: number; highMs: number } | null, string]>([
  [null, 'We can’t estimate the wait yet'],
  [{ lowMs: 0, highMs: 30_000 }, 'about a minute or less'],
  [{ lowMs: 0, highMs: 350_000 }, 'up to 6 minutes'],
  [{ lowMs: 125_000, highMs: 350_000 }, 'about 2–6 minutes'],
  [{ lowMs: 180_000, highMs: 180_000 }, 'about 3 minutes'],
  [{ lowMs: 3_700_000, highMs: 9_000_000 }, 'about 1–3 hours'],
])('a wait of %j is %s', (estimate, words) => expect(describeWait(estimate)).toBe(words));

test('a range says how often it holds', () => {
  expect(describeExpected({ lowMs: 4 * 60_000, highMs: 8 * 60_000 })).toBe(
    'Expect about 4–8 minutes; four in five are answered within that.',
  );
  expect(WAIT_COVERAGE).toBe(4 / 5);
});

test.each([
  [1, 'You are next in line'],
  [2, 'You are 2nd in line'],
  [3, 'You are 3rd in line'],
  [11, 'You are 11th in line'],
  [22, 'You are 22nd in line'],
  [50, 'You are 50th in line'],
  [51, 'More than 50 people are in line before you'],
])('position %i: %s', (position, words) => expect(describePosition(position)).toBe(words));

test('times are said as one would say them', () => {
  const now = new Date(2026, 5, 3, 15, 0).getTime();
  expect(relativeTime(now - 5000, now)).toBe('just now');
  expect(relativeTime(now - 4 * 60_000, now)).toBe('4 min ago');
  expect(relativeTime(now - 2 * 3_600_000, now, 'en-GB')).toBe('13:00');
  expect(relativeTime(now - 26 * 3_600_000, now, 'en-GB')).toContain('2 Jun');
});

describe('who cannot be helped now', () => {
  const noon = new Date(2026, 10, 27, 12).getTime();
  const at = (day: number, hour: number) => new Date(2026, 10, 27 + day, hour).getTime();
  const place = {
    service: 'open' as const,
    position: 1,
    agentsAvailable: 1,
    opensAt: null,
    estimate: { lowMs: 0, highMs: 1 },
  };

  test.each([
    [at(0, 14), 'today at 14:00'],
    [at(1, 9), 'tomorrow at 09:00'],
    [at(3, 9), 'on Monday at 09:00'],
    [at(9, 9), 'on 6 December at 09:00'],
  ])('an opening at %i is %s', (opens, words) => expect(openingTime(opens, noon, 'en-GB')).toBe(words));

  test.each([
    ['nothing to add', place, ''],
    ['no estimate', { ...place, estimate: null }, 'We can’t estimate the wait yet.'],
    ['full', { ...place, service: 'full' as const }, 'The line is full: it takes longer than usual.'],
    [
      'full with nobody there',
      { ...place, service: 'full' as const, agentsAvailable: 0 },
      'The line is full: it takes longer than usual. No one is available right now; your place is kept and you will be answered.',
    ],
    [
      'nobody',
      { ...place, agentsAvailable: 0 },
      'No one is available right now; your place is kept and you will be answered.',
    ],
    ['closed', { ...place, service: 'closed' as const }, 'Your place is kept. You are next in line.'],
    [
      'closed until',
      { ...place, service: 'closed' as const, opensAt: at(3, 9), position: 3 },
      'Your place is kept. You are 3rd in line.',
    ],
    [
      'not before closing',
      { ...place, estimate: null, opensAt: at(1, 9) },
      'Nobody gets to you before we close today. We’re back tomorrow at 09:00; your place is kept.',
    ],
    ['closed without a place', { ...place, service: 'closed' as const, position: null }, 'Your place is kept.'],
  ])('%s', (_, told, words) => expect(describeService(told, noon, 'en-GB')).toBe(words));

  test.each([
    ['open', place, 'You are next in line'],
    ['open without a place', { ...place, position: null }, 'Finding the right person'],
    ['full', { ...place, service: 'full' as const, position: 4 }, 'You are 4th in line'],
    ['closed', { ...place, service: 'closed' as const }, 'Support is closed for now'],
    [
      'closed until',
      { ...place, service: 'closed' as const, opensAt: at(3, 9) },
      'Support is closed; we’re back on Monday at 09:00',
    ],
  ])('the headline where it is %s', (_, told, words) => expect(describePlace(told, noon, 'en-GB')).toBe(words));

  test.each([
    [null, 'A person is on the way'],
    [{ service: 'open', agentsAvailable: 0, position: null }, 'A person is on the way'],
    [{ service: 'open', agentsAvailable: 0, position: 2 }, 'Waiting for a person'],
    [{ service: 'full', agentsAvailable: 1, position: 2 }, 'A person is on the way'],
    [{ service: 'closed', agentsAvailable: 0, position: 2 }, 'Closed now; your place is kept'],
  ])('%j: who comes', (told, words) => expect(describeComing(told)).toBe(words));

  test('a wish is a promise that says who keeps it, and when', () => {
    expect(describeWish({ way: 'here' }, null)).toBe('');
    expect(describeWish({ way: 'email', address: 'a@b.example' }, null)).toBe(
      'Whoever takes this writes to a@b.example.',
    );
    expect(describeWish({ way: 'call', address: '+353 1' }, null)).toBe(
      'Whoever takes this calls +353 1, as soon as someone is free.',
    );
    expect(describeWish({ way: 'call', address: '+353 1' }, at(1, 9), noon, 'en-GB')).toBe(
      'Whoever takes this calls +353 1, when we’re back, tomorrow at 09:00.',
    );
  });

  test.each([
    [{ way: 'here' as const }, null],
    [{ way: 'email' as const, address: 'priya@northwind.example' }, null],
    [{ way: 'email' as const, address: 'priya' }, 'Write an e-mail address, such as name@example.com.'],
    [{ way: 'call' as const, address: '+353 (0)1 234-5678' }, null],
    [{ way: 'call' as const, address: 'soon' }, 'Write a telephone number, such as +353 1 234 5678.'],
  ])('%j', (wish, problem) => expect(contactProblem(wish)).toBe(problem));
});

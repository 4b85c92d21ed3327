import { afterEach, expect, test, vi } from 'vitest';
import { runEach } from '../../worker/clock.ts';

afterEach(() => vi.restoreAllMocks());

test('[O11] a step that fails keeps no other from its turn, and is told of by name', async () => {
  const log = vi.spyOn(console, 'error').mockImplementation(() => {});
  const done: string[] = [];
  const step = (name: string, run: () => unknown = () => {}) =>
    [
      name,
      async () => {
        await run();
        done.push(name);
      },
    ] as const;
  const fails = () => {
    throw new Error('gone');
  };
  await runEach([
    step('a'),
    step('b', fails),
    step('c'),
    step('d', () => Promise.reject(new Error('late'))),
    step('e'),
  ]);
  expect(done).toEqual(['a', 'c', 'e']);
  expect(log.mock.calls.flat()).toEqual([
    '{"at":"clock.b","message":"Error: gone"}',
    '{"at":"clock.d","message":"Error: late"}',
  ]);
});

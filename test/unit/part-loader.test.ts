import { describe, expect, it, vi } from 'vitest';
import { createPartLoader, type PartLoaderSettings } from '../../widget/console/replay/part-loader.ts';
import type { PlayerCommand } from '../../widget/player/messages.ts';

const aRef = (n: number) => ({ tab: 'tab', n, fromAt: n * 100, toAt: n * 100 + 99, events: 1, bytes: 1 });
const aKeyframe = (n: number, bytes = 1) => ({ tab: 'tab', n, at: n * 100 + 99, bytes });
const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

/** A loader whose reads are answered at once, and what it told the player. */
function aLoader(lost: number[] = [], changed: Partial<PartLoaderSettings> = {}) {
  const said: Extract<PlayerCommand, { type: 'load' | 'append' }>[] = [];
  const read: string[] = [];
  const settings: PartLoaderSettings = {
    async readSegment(n) {
      read.push(`s${n}`);
      return lost.includes(n) ? null : `segment ${n}`;
    },
    async readKeyframe(n) {
      read.push(`k${n}`);
      return `keyframe ${n}`;
    },
    send: (command) => said.push(command),
    onGone: vi.fn(),
    onNothing: vi.fn(),
    ...changed,
  };
  return { loader: createPartLoader(settings), said, read, settings };
}
const told = (said: { type: string; parts: { n: number }[]; keyframes: { n: number }[] }[]) =>
  said.map(({ type, parts, keyframes }) => [
    type,
    ...keyframes.map(({ n }) => `k${n}`),
    ...parts.map(({ n }) => `s${n}`),
  ]);

describe('parts on their way to the player', () => {
  it('first what the picture needs and nothing else; then what comes after it, then what was before', async () => {
    const { loader, said, read } = aLoader();
    loader.know([0, 1, 2, 3, 4, 5].map(aRef), [aKeyframe(2, 1e9)]);
    await loader.open(350, false);
    expect(read).toEqual(['k2', 's3']);
    expect(told(said)).toEqual([['load', 'k2', 's3']]);
    expect(said[0]).toMatchObject({ at: 350, live: false, numbers: [0, 1, 2, 3, 4, 5] });
    loader.stream();
    await settled();
    expect(told(said).slice(1)).toEqual([
      ['append', 's4'],
      ['append', 's5'],
      ['append', 's0'],
      ['append', 's1'],
      ['append', 's2'],
    ]);
  });

  it('what the player says of another tab starts nothing', async () => {
    const { loader, said } = aLoader();
    loader.know([0, 1].map(aRef), []);
    loader.stream();
    await settled();
    expect([said, loader.isHanded()]).toEqual([[], false]);
    await loader.open(0, false);
    expect(loader.isHanded()).toBe(true);
    expect(told(said)).toEqual([['load', 's0']]);
  });

  it('keyframes of a small page come behind all segments, those of a large one when they are needed', async () => {
    const small = aLoader();
    small.loader.know([0, 1, 2].map(aRef), [aKeyframe(0), aKeyframe(1)]);
    await small.loader.open(0, false);
    small.loader.stream();
    await settled();
    expect(small.read).toEqual(['s0', 's1', 's2', 'k0', 'k1']);
    const large = aLoader();
    large.loader.know([0, 1, 2].map(aRef), [aKeyframe(0, 3e6), aKeyframe(1, 3e6)]);
    await large.loader.open(0, false);
    large.loader.stream();
    await settled();
    expect(large.read).toEqual(['s0', 's1', 's2']);
    const sought = vi.fn();
    large.loader.ensure(250, 2000, sought);
    expect(sought).not.toHaveBeenCalled();
    await settled();
    expect(large.read.at(-1)).toBe('k1');
    expect(sought).toHaveBeenCalledOnce();
  });

  it('a step forward from what is shown needs no keyframe', async () => {
    const { loader, read } = aLoader();
    loader.know([0, 1, 2].map(aRef), [aKeyframe(1, 1e9)]);
    await loader.open(150, false);
    loader.stream();
    await settled();
    const sought = vi.fn();
    loader.ensure(250, 160, sought);
    expect(sought).toHaveBeenCalledOnce();
    expect(read).not.toContain('k1');
  });

  it('only the last of several wishes is granted', async () => {
    const { loader } = aLoader();
    loader.know([0, 1, 2].map(aRef), [aKeyframe(0, 1e9), aKeyframe(1, 1e9)]);
    await loader.open(0, false);
    const [first, second] = [vi.fn(), vi.fn()];
    loader.ensure(150, 2000, first);
    loader.ensure(250, 2000, second);
    await settled();
    expect([first.mock.calls.length, second.mock.calls.length]).toEqual([0, 1]);
  });

  it('what cannot be had is a gap, and playing goes over it', async () => {
    const { loader, said, settings } = aLoader([1]);
    loader.know([0, 1, 2].map(aRef), []);
    await loader.open(250, false);
    expect(told(said)).toEqual([['load', 's0', 's2']]);
    expect(said[0]?.numbers).toEqual([0, 2]);
    expect(settings.onGone).toHaveBeenCalledWith(new Set([1]));
  });

  it('nothing at all is said', async () => {
    const { loader, said, settings } = aLoader([0]);
    loader.know([aRef(0)], []);
    await loader.open(0, false);
    expect(said).toEqual([]);
    expect(settings.onNothing).toHaveBeenCalledOnce();
  });

  it('one that overtook another is held back until that has come', async () => {
    const { loader, said } = aLoader([], { now: () => 0 });
    loader.know([aRef(0)], []);
    await loader.open(0, false);
    loader.stream();
    loader.know([aRef(0), aRef(2)], []);
    await settled();
    expect(said.at(-1)).toMatchObject({ type: 'append', numbers: [0] });
    loader.know([aRef(0), aRef(1), aRef(2)], []);
    await settled();
    expect(said.at(-1)).toMatchObject({ type: 'append', numbers: [0, 1, 2] });
    loader.close();
  });
});

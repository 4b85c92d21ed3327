import { describe, expect, it } from 'vitest';
import type { WorkspaceId } from '#domain/ids.ts';
import { reserveTokens, settleTokens, tokensUsed } from '../../worker/storage/ai-spend.ts';
import { workspaceById } from '../../worker/storage/workspaces.ts';
import { testEnv } from './setup.ts';

const NOON = Date.UTC(2026, 10, 27, 12);
const DAY_MS = 24 * 3600_000;
const { DB } = testEnv;
const here = testEnv.DEMO.id as WorkspaceId;
/** A day of its own for each test. */
let day = 0;
const aDay = () => NOON + DAY_MS * 10 * ++day;
const reserve = (at: number, tokens: number, cap: number | null) => reserveTokens(DB, here, { tokens, cap, at });

describe('[G24] tokens of a day', () => {
  it('are counted up to the cap, and never beyond it', async () => {
    const at = aDay();
    expect(await reserve(at, 600, 1000)).toBe(true);
    expect(await reserve(at, 600, 1000)).toBe(false);
    expect(await reserve(at, 400, 1000)).toBe(true);
    expect(await reserve(at, 1, 1000)).toBe(false);
    expect(await tokensUsed(DB, here, at)).toBe(1000);
  });

  it('of many who ask at once only those are let through for whom there is room', async () => {
    const at = aDay();
    const through = await Promise.all(Array.from({ length: 20 }, () => reserve(at, 100, 1000)));
    expect(through.filter(Boolean)).toHaveLength(10);
    expect(await tokensUsed(DB, here, at)).toBe(1000);
  });

  it('a first call beyond the cap is refused, a cap of nothing refuses all, and no cap refuses none', async () => {
    const at = aDay();
    expect(await reserve(at, 1001, 1000)).toBe(false);
    expect(await reserve(at, 1, 0)).toBe(false);
    expect(await tokensUsed(DB, here, at)).toBe(0);
    expect(await reserve(at, 1e9, null)).toBe(true);
    expect(await reserve(at, 1e9, null)).toBe(true);
  });

  it('are what was reserved until it is known what it came to, also after midnight', async () => {
    const at = NOON + 11.99 * 3600_000 + DAY_MS * 1000;
    await reserve(at, 500, 1000);
    expect(await tokensUsed(DB, here, at)).toBe(500);
    await settleTokens(DB, here, { reserved: 500, spent: 120, at });
    expect(await tokensUsed(DB, here, at)).toBe(120);
    expect(await reserve(at + 600_000, 1000, 1000)).toBe(true);
    expect(await tokensUsed(DB, here, at)).toBe(120);
  });

  it('have a cap in the settings of a workspace that says none', async () => {
    expect((await workspaceById(DB, here))?.settings.aiTokensPerDay).toBe(5_000_000);
  });
});

import { Hono } from 'hono';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { AppEnv } from '../../worker/app-env.ts';
import { onError } from '../../worker/middleware/problems.ts';

afterEach(() => vi.restoreAllMocks());

describe('a fault of ours', () => {
  const faulty = new Hono<AppEnv>();
  faulty.use(async (c, next) => {
    c.set('requestId', 'req_1');
    await next();
  });
  faulty.get('/v1/conversations', () => {
    throw new TypeError('no such column: secret_of_ours');
  });
  faulty.onError(onError);

  it('tells whoever asked nothing of the inside, and how to speak of it', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const answer = await faulty.request('/v1/conversations?email=priya@ledgerline.test');
    const text = await answer.text();
    expect(answer.status).toBe(500);
    expect(JSON.parse(text)).toMatchObject({ kind: 'internal', requestId: 'req_1' });
    expect(text).not.toMatch(/secret_of_ours|TypeError|problems\.test|at /);
  });

  it('is a line of the log, one object of JSON, with the request and its cause and without what stood in the address', async () => {
    const written = vi.spyOn(console, 'error').mockImplementation(() => {});
    await faulty.request('/v1/conversations?email=priya@ledgerline.test');
    expect(written).toHaveBeenCalledTimes(1);
    const [line] = written.mock.calls[0] as [string];
    expect(JSON.parse(line)).toMatchObject({
      at: 'http',
      requestId: 'req_1',
      method: 'GET',
      message: 'TypeError: no such column: secret_of_ours',
      stack: expect.arrayContaining([expect.stringContaining('problems.test')]),
    });
    expect(line).not.toMatch(/priya|\n/);
  });
});

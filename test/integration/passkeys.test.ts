import { afterEach, describe, expect, it, vi } from 'vitest';
import type { PasskeysAnswer } from '#protocol/passkeys.ts';
import { problem } from '#protocol/problem.ts';
import { createApp } from '../../worker/app.ts';
import { forgetChallenges, MAX_PASSKEYS } from '../../worker/storage/passkeys.ts';
import { Agent } from '../support/agent.ts';
import {
  Authenticator,
  addPasskey,
  beginAdding,
  beginSignIn,
  finishAdding,
  finishSignIn,
  signInByPasskey,
} from '../support/authenticator.ts';
import type { Transport } from '../support/transport.ts';
import { inWorker } from './in-worker.ts';
import { testEnv } from './setup.ts';

const DB = testEnv.DB;
const asMaya = () => Agent.signIn(inWorker, 'maya@baton.test');
const asJonas = () => Agent.signIn(inWorker, 'jonas@baton.test');
const device = (id?: string) => Authenticator.make(inWorker.origin, id);
const listed = async (answer: Response | Promise<Response>): Promise<PasskeysAnswer['passkeys']> =>
  ((await (await answer).json()) as PasskeysAnswer).passkeys;
const refusal = async (answer: Response | Promise<Response>): Promise<[string, string]> => {
  const { kind, message } = problem.parse(await (await answer).json());
  return [kind, message];
};
const NOT_ACCEPTED = ['unauthenticated', expect.stringContaining('opens nothing here, or nothing any more')];
const NOT_ADDED = ['invalid', expect.stringContaining('could not be verified, so it was not added')];
const TOO_LATE = ['invalid', expect.stringContaining('longer than five minutes, or was tried a second time')];
const NOT_ASKED = expect.stringContaining('did not ask for a PIN, a finger or a face');

afterEach(async () => {
  vi.restoreAllMocks();
  await DB.batch([DB.prepare('delete from passkey'), DB.prepare('delete from verification')]);
});

describe('[S30] a passkey', () => {
  it('is added, signs in, is named and removed, and the log says so', async () => {
    const maya = await asMaya();
    const laptop = await device();
    const added = await addPasskey(maya, laptop, 'Laptop');
    expect(added.status).toBe(200);
    const text = await added.clone().text();
    const [one] = await listed(added);
    expect(one).toEqual({
      id: expect.stringMatching(/^pky_/),
      name: 'Laptop',
      createdAt: expect.any(Number),
      usedAt: null,
    });
    expect(Math.abs((one?.createdAt ?? 0) - Date.now())).toBeLessThan(60_000);
    for (const secret of [laptop.id, 'publicKey', 'credential', 'counter']) expect(text).not.toContain(secret);

    const { answer, agent } = await signInByPasskey(inWorker, laptop);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe('{}');
    expect(answer.headers.getSetCookie().join()).toMatch(/session_token=[^;]+;.*HttpOnly/);
    expect((await agent.me()).agent.email).toBe('maya@baton.test');
    const [used] = await listed(agent.get('/v1/passkeys'));
    expect(Math.abs((used?.usedAt ?? 0) - Date.now())).toBeLessThan(60_000);

    const renamed = await agent.post(`/v1/passkeys/${one?.id}/rename`, { name: 'Work laptop' });
    expect((await listed(renamed)).map(({ name }) => name)).toEqual(['Work laptop']);
    expect(await listed(agent.post(`/v1/passkeys/${one?.id}/remove`, {}))).toEqual([]);
    expect(await refusal((await signInByPasskey(inWorker, laptop)).answer)).toEqual(NOT_ACCEPTED);
    // The password still is a way in.
    const { entries } = (await (await (await asMaya()).get('/v1/audit')).json()) as {
      entries: { by: string; deed: string; about: string; at: number }[];
    };
    const lines = entries.filter(({ deed }) => deed.startsWith('passkey.'));
    expect(lines.map(({ by, deed, about }) => [by, deed, about])).toEqual([
      ['Maya Okafor', 'passkey.removed', 'Work laptop'],
      ['Maya Okafor', 'passkey.added', 'Laptop'],
    ]);
    for (const { at } of lines) expect(Math.abs(at - Date.now())).toBeLessThan(60_000);
  });

  it('asks the device for whoever holds it, of this console, and lets nobody say who they are first', async () => {
    const maya = await asMaya();
    const creation = (await (await beginAdding(maya)).answer.json()) as Record<string, unknown>;
    expect(creation).toMatchObject({
      rp: { id: new URL(inWorker.origin).hostname, name: 'Baton' },
      user: { name: 'maya@baton.test' },
      attestation: 'none',
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    });
    const { answer } = await beginSignIn(inWorker);
    expect(answer.headers.getSetCookie().join()).toMatch(/baton\.passkey_challenge=[^;]+;.*Max-Age=300;.*HttpOnly/);
    const request = (await answer.json()) as Record<string, unknown>;
    expect(request).toMatchObject({ rpId: new URL(inWorker.origin).hostname, userVerification: 'required' });
    expect(request.allowCredentials).toBeUndefined();
  });

  it('of somebody who was taken out of the workspace opens none', async () => {
    const maya = await asMaya();
    const laptop = await device();
    await addPasskey(maya, laptop, 'Laptop');
    const me = await maya.me();
    const { results } = await DB.prepare('delete from member where userId = ? returning *').bind(me.agent.id).all();
    try {
      const { answer, agent } = await signInByPasskey(inWorker, laptop);
      expect(answer.status).toBe(200);
      for (const path of ['/v1/me', '/v1/passkeys', '/v1/agents'])
        expect((await refusal(agent.get(path)))[0]).toBe('forbidden');
    } finally {
      for (const row of results)
        await DB.prepare(`insert into member (${Object.keys(row).join()}) values (${Object.keys(row).map(() => '?')})`)
          .bind(...Object.values(row))
          .run();
    }
  });
});

describe('[S30] nobody signs in with', () => {
  const known = async () => {
    const laptop = await device();
    await addPasskey(await asMaya(), laptop, 'Laptop');
    return laptop;
  };

  it('one that nobody added, or the signature of another', async () => {
    const laptop = await known();
    expect(await refusal((await signInByPasskey(inWorker, await device())).answer)).toEqual(NOT_ACCEPTED);
    // Its id is no secret.
    expect(await refusal((await signInByPasskey(inWorker, await device(laptop.id))).answer)).toEqual(NOT_ACCEPTED);
    const { asked, cookie } = await beginSignIn(inWorker);
    const [mine, other] = [await laptop.get(asked), await laptop.get(asked)];
    const mixed = { ...mine, signature: other.signature };
    expect(await refusal(finishSignIn(inWorker, cookie, mixed))).toEqual(NOT_ACCEPTED);
  });

  it.each([
    ['another site', { origin: 'https://evil.test' }],
    ['another address of ours', { origin: 'https://baton.evil.test', rpId: 'baton.evil.test' }],
    ['another site’s passkey', { rpId: 'evil.test' }],
    ['what was signed to add it', { type: 'webauthn.create' }],
  ])('what was signed for %s', async (_, ways) => {
    expect(await refusal((await signInByPasskey(inWorker, await known(), ways)).answer)).toEqual(NOT_ACCEPTED);
  });

  it('a device that did not ask who it is', async () => {
    const laptop = await known();
    const { answer } = await signInByPasskey(inWorker, laptop, { isVerified: false });
    expect(answer.headers.getSetCookie().join()).not.toContain('session_token');
    expect(await refusal(answer)).toEqual(['unauthenticated', NOT_ASKED]);
    expect((await signInByPasskey(inWorker, laptop)).answer.status).toBe(200);
  });

  it('a challenge that was used, that is too old, that is not theirs, or none', async () => {
    const laptop = await known();
    const { asked, cookie } = await beginSignIn(inWorker);
    const used = await laptop.get(asked);
    expect((await finishSignIn(inWorker, cookie, used)).status).toBe(200);
    expect(await refusal(finishSignIn(inWorker, cookie, used))).toEqual(TOO_LATE);
    expect(await refusal(finishSignIn(inWorker, '', await laptop.get(asked)))).toEqual(TOO_LATE);
    // One try, also in vain.
    const tried = await beginSignIn(inWorker);
    await finishSignIn(inWorker, tried.cookie, await laptop.get(tried.asked, { origin: 'https://evil.test' }));
    expect(await refusal(finishSignIn(inWorker, tried.cookie, await laptop.get(tried.asked)))).toEqual(TOO_LATE);

    const old = await beginSignIn(inWorker);
    await DB.prepare('update verification set expiresAt = ?')
      .bind(new Date(Date.now() - 1000).toISOString())
      .run();
    expect(await refusal(finishSignIn(inWorker, old.cookie, await laptop.get(old.asked)))).toEqual(TOO_LATE);

    const [mine, theirs] = [await beginSignIn(inWorker), await beginSignIn(inWorker)];
    expect(await refusal(finishSignIn(inWorker, mine.cookie, await laptop.get(theirs.asked)))).toEqual(NOT_ACCEPTED);
    const adding = await beginAdding(await asMaya());
    expect(await refusal(finishSignIn(inWorker, adding.cookie, await laptop.get(adding.asked)))).toEqual(TOO_LATE);
  });

  it('two tries at once by one challenge: one is in', async () => {
    const laptop = await known();
    const { asked, cookie } = await beginSignIn(inWorker);
    const used = await laptop.get(asked);
    const both = await Promise.all([1, 2, 3].map(() => finishSignIn(inWorker, cookie, used)));
    expect(both.filter(({ ok }) => ok).length).toBe(1);
  });

  it('a count that goes back: somebody has a copy', async () => {
    const laptop = await known();
    expect((await signInByPasskey(inWorker, laptop, { counter: 40 })).answer.status).toBe(200);
    for (const counter of [40, 12])
      expect(await refusal((await signInByPasskey(inWorker, laptop, { counter })).answer)).toEqual(NOT_ACCEPTED);
    expect((await signInByPasskey(inWorker, laptop, { counter: 41 })).answer.status).toBe(200);
  });

  it('anything from another page, or that is no answer of a device', async () => {
    const { cookie } = await beginSignIn(inWorker);
    const used = await (await device()).get({ challenge: 'AAAA' });
    const from = (origin: string, body: unknown) =>
      inWorker.fetch('/v1/auth/sign-in/passkey', {
        method: 'POST',
        headers: { origin, cookie, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    expect((await refusal(from('https://evil.test', used)))[0]).toBe('forbidden');
    for (const wrong of [
      {},
      { ...used, signature: 'no base64url!' },
      { ...used, authenticatorData: 'AAAAA' },
      { ...used, userHandle: 'AAAA' },
      { ...used, id: 'A'.repeat(2000) },
    ])
      expect((await refusal(from(inWorker.origin, wrong)))[0]).toBe('invalid');
    // Bytes that are none of a device.
    expect(await refusal(from(inWorker.origin, { ...used, authenticatorData: 'AAAA' }))).toEqual(NOT_ACCEPTED);
  });
});

describe('[S30] nobody adds one', () => {
  it('without a session, or with an API key', async () => {
    const { asked, cookie } = await beginAdding(await asMaya());
    const body = JSON.stringify({ name: 'Mine', ...(await (await device()).create(asked)) });
    const headers = { origin: inWorker.origin, cookie, 'content-type': 'application/json' };
    expect((await refusal(inWorker.fetch('/v1/passkeys', { method: 'POST', headers, body })))[0]).toBe(
      'unauthenticated',
    );
    const owner = await Agent.signIn(inWorker, 'ines@baton.test');
    const made = await owner.post('/v1/api-keys', { name: 'Program', scopes: ['metrics:read'], days: null });
    const { secret } = (await made.json()) as { secret: string };
    for (const path of ['/v1/passkeys/options', '/v1/passkeys'])
      expect(
        (
          await refusal(
            inWorker.fetch(path, { method: 'POST', headers: { ...headers, authorization: `Bearer ${secret}` }, body }),
          )
        )[0],
      ).toBe('forbidden');
    expect(await listed((await asMaya()).get('/v1/passkeys'))).toEqual([]);
  });

  it('a quarter of an hour after signing in, until they have signed in again', async () => {
    const maya = await asMaya();
    const laptop = await device();
    const { freshUntil } = (await (await maya.get('/v1/passkeys')).json()) as PasskeysAnswer;
    expect(Math.abs(freshUntil - Date.now() - 15 * 60_000)).toBeLessThan(60_000);
    const { asked, cookie } = await beginAdding(maya);
    const made = await laptop.create(asked);
    const token = decodeURIComponent(/session_token=([^;]+)/.exec(maya.cookie)?.[1] ?? '').split('.')[0];
    const aged = await DB.prepare('update session set createdAt = ? where token = ?')
      .bind(new Date(Date.now() - 16 * 60_000).toISOString(), token)
      .run();
    expect(aged.meta.changes).toBe(1);
    const again = ['forbidden', expect.stringContaining('Enter your password once more')];
    expect(await refusal(maya.post('/v1/passkeys/options', {}))).toEqual(again);
    expect(await refusal(finishAdding(maya, cookie, 'Laptop', made))).toEqual(again);
    // What is there can still be looked at.
    expect(await listed(maya.get('/v1/passkeys'))).toEqual([]);
    expect((await addPasskey(await asMaya(), laptop, 'Laptop')).status).toBe(200);
  });

  it.each([
    ['another site', { origin: 'https://evil.test' }, NOT_ADDED],
    ['another address', { rpId: 'evil.test' }, NOT_ADDED],
    ['signing in', { type: 'webauthn.get' }, NOT_ADDED],
    ['nobody in particular', { isVerified: false }, ['invalid', NOT_ASKED]],
  ])('that was made for %s', async (_, ways, told) => {
    const maya = await asMaya();
    expect(await refusal(addPasskey(maya, await device(), 'Laptop', ways))).toEqual(told);
    expect(await listed(maya.get('/v1/passkeys'))).toEqual([]);
  });

  it('twice by one challenge, by somebody else’s, or by one for signing in', async () => {
    const [maya, jonas] = [await asMaya(), await asJonas()];
    const { asked, cookie } = await beginAdding(maya);
    const [first, second] = [await (await device()).create(asked), await (await device()).create(asked)];
    expect((await finishAdding(maya, cookie, 'First', first)).status).toBe(200);
    expect(await refusal(finishAdding(maya, cookie, 'Second', second))).toEqual(TOO_LATE);
    const hers = await beginAdding(maya);
    const made = await (await device()).create(hers.asked);
    expect((await refusal(finishAdding(jonas, hers.cookie, 'Hers', made)))[0]).toBe('forbidden');
    const signing = await beginSignIn(inWorker);
    const other = await (await device()).create(signing.asked);
    expect(await refusal(finishAdding(maya, signing.cookie, 'Other', other))).toEqual(TOO_LATE);
    expect((await listed(maya.get('/v1/passkeys'))).map(({ name }) => name)).toEqual(['First']);
    expect(await listed(jonas.get('/v1/passkeys'))).toEqual([]);
  });

  it('under the id of one that is there: it would stand in the other’s way', async () => {
    const [maya, jonas] = [await asMaya(), await asJonas()];
    const laptop = await device();
    await addPasskey(maya, laptop, 'Laptop');
    expect(await refusal(addPasskey(jonas, await device(laptop.id), 'Copy'))).toEqual(NOT_ADDED);
    expect((await (await signInByPasskey(inWorker, laptop)).agent.me()).agent.email).toBe('maya@baton.test');
  });

  it('more than anybody has devices, or without a name', async () => {
    const maya = await asMaya();
    const { agent } = await maya.me();
    await DB.batch(
      Array.from({ length: MAX_PASSKEYS }, (_, n) =>
        DB.prepare(
          `insert into passkey (id, name, publicKey, userId, credentialID, counter, deviceType, backedUp, createdAt)
           values (?, 'One', '', ?, ?, 0, 'singleDevice', 0, ?)`,
        ).bind(`pky_aaaaaa${n}`, agent.id, `id-${n}`, new Date().toISOString()),
      ),
    );
    expect(await refusal(maya.post('/v1/passkeys/options', {}))).toEqual([
      'conflict',
      expect.stringContaining(`${MAX_PASSKEYS} passkeys already`),
    ]);
    for (const name of ['', ' ', ' Laptop', 'x'.repeat(61)])
      expect((await refusal(maya.post('/v1/passkeys/pky_aaaaaa1/rename', { name })))[0]).toBe('invalid');
  });
});

describe('[S30] somebody else’s passkey', () => {
  it('is not seen, named or removed, and is as one that is not there', async () => {
    const [maya, jonas] = [await asMaya(), await asJonas()];
    const laptop = await device();
    const [hers] = await listed(addPasskey(maya, laptop, 'Laptop'));
    expect(await listed(jonas.get('/v1/passkeys'))).toEqual([]);
    for (const [path, body] of [
      ['rename', { name: 'Taken' }],
      ['remove', {}],
    ] as const) {
      const answers = [hers?.id, 'pky_AAAAAAAAAAAAAAAAAAAAA'].map((id) =>
        refusal(jonas.post(`/v1/passkeys/${id}/${path}`, body)),
      );
      expect(await Promise.all(answers)).toEqual([
        ['not_found', 'You have no such passkey.'],
        ['not_found', 'You have no such passkey.'],
      ]);
    }
    expect((await listed(maya.get('/v1/passkeys'))).map(({ name }) => name)).toEqual(['Laptop']);
    expect((await signInByPasskey(inWorker, laptop)).answer.status).toBe(200);
  });
});

describe('[S25] [S30] with Cloudflare Access in front', () => {
  it('a passkey opens nothing, though it is right', async () => {
    const laptop = await device();
    await addPasskey(await asMaya(), laptop, 'Laptop');
    const app = createApp();
    const env = { ...testEnv, ACCESS_TEAM: 'https://team.cloudflareaccess.com', ACCESS_AUDIENCE: 'an-audience-tag' };
    const behind = {
      ...inWorker,
      fetch: (path: string, init?: RequestInit) =>
        (app.fetch as (...given: unknown[]) => Promise<Response>)(new Request(`${inWorker.origin}${path}`, init), env, {
          waitUntil: () => undefined,
          passThroughOnException: () => undefined,
        }),
    } as Transport;
    const { asked, cookie } = await beginSignIn(inWorker);
    const answer = await finishSignIn(behind, cookie, await laptop.get(asked));
    expect(answer.headers.getSetCookie()).toEqual([]);
    const byAccess = ['forbidden', expect.stringContaining('through Cloudflare Access')];
    expect(await refusal(answer)).toEqual(byAccess);
    expect(await refusal((await beginSignIn(behind)).answer)).toEqual(byAccess);
    // A session from before is none there.
    const { agent } = await signInByPasskey(inWorker, laptop);
    const there = await behind.fetch('/v1/passkeys', { headers: agent.headers });
    expect((await refusal(there))[0]).toBe('unauthenticated');
  });
});

describe('[S22] [S30] tries with passkeys', () => {
  it('are few from one address, at each step, and others sign in beside it', async () => {
    const origin = 'https://support.example.com';
    const env = {
      ...testEnv,
      ENVIRONMENT: 'production',
      PUBLIC_ORIGIN: origin,
      REPLAY_ORIGIN: 'https://replay.example.com',
    };
    const app = createApp();
    const from = async (address: string, path: string, body: unknown): Promise<number> => {
      const request = new Request(`${origin}${path}`, {
        method: 'POST',
        headers: { origin, 'content-type': 'application/json', 'cf-connecting-ip': address },
        body: JSON.stringify(body),
      });
      const answer = (app.fetch as (...given: unknown[]) => Promise<Response>)(request, env, {
        waitUntil: () => undefined,
        passThroughOnException: () => undefined,
      });
      return (await answer).status;
    };
    const used = await (await device()).get({ challenge: 'AAAA' });
    for (const [path, body, status] of [
      ['/v1/auth/sign-in/passkey/options', {}, 200],
      ['/v1/auth/sign-in/passkey', used, 400],
    ] as const) {
      const tries = [];
      for (let n = 0; n < 5; n += 1) tries.push(await from('192.0.2.7', path, body));
      expect(tries).toEqual([status, status, status, 429, 429]);
      expect(await from('192.0.2.8', path, body)).toBe(status);
    }
  });
});

describe('[S24] [S30] what is written down of passkeys', () => {
  it('is who signed in, added and removed, and nothing of what recognizes them', async () => {
    const logged = ['info', 'warn', 'error', 'log'].map((level) =>
      vi.spyOn(console, level as 'info').mockImplementation(() => undefined),
    );
    const maya = await asMaya();
    const { agent } = await maya.me();
    const laptop = await device();
    const [one] = await listed(addPasskey(maya, laptop, 'Laptop'));
    await signInByPasskey(inWorker, laptop);
    const tried = await beginSignIn(inWorker);
    const wrong = await laptop.get(tried.asked, { origin: 'https://evil.test' });
    await finishSignIn(inWorker, tried.cookie, wrong);
    const [mine, theirs] = [await beginSignIn(inWorker), await beginSignIn(inWorker)];
    await finishSignIn(inWorker, mine.cookie, await laptop.get(theirs.asked));
    await addPasskey(maya, await device(), 'Wrong', { origin: 'https://evil.test' });
    await maya.post(`/v1/passkeys/${one?.id}/remove`, {});
    const texts = logged.flatMap(({ mock }) => mock.calls.map((call) => call.map(String).join(' ')));
    const lines = texts
      .filter((text) => text.includes('"at":"security"'))
      .map((text) => JSON.parse(text) as { what: string; who: string | null; kind?: string });
    expect(lines.map(({ what, who, kind }) => [what, who, kind])).toEqual([
      ['signed_in', agent.id, undefined],
      ['passkey_added', agent.id, undefined],
      ['signed_in', agent.id, undefined],
      ['refused', null, 'unauthenticated'],
      ['refused', null, 'unauthenticated'],
      ['passkey_removed', agent.id, undefined],
    ]);
    const all = texts.join('\n');
    const challenges = [tried, mine, theirs].map(({ asked }) => asked.challenge);
    for (const secret of [
      laptop.id,
      ...challenges,
      wrong.signature,
      wrong.clientDataJSON,
      'Laptop',
      'Maya',
      'evil.test',
    ])
      expect(all).not.toContain(secret);
  });

  it('is no challenge for longer than it is good for', async () => {
    await beginSignIn(inWorker);
    const left = async () => (await DB.prepare('select count(*) as n from verification').first<{ n: number }>())?.n;
    const now = Date.now();
    await forgetChallenges(DB, now + 4 * 60_000);
    expect(await left()).toBe(1);
    await forgetChallenges(DB, now + 6 * 60_000);
    expect(await left()).toBe(0);
  });
});

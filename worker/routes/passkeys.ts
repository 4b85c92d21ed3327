import type { Context } from 'hono';
import type { z } from 'zod';
import type { PasskeyId } from '#domain/ids.ts';
import { newPasskey, passkeyCreation, passkeyName, passkeysAnswer } from '#protocol/passkeys.ts';
import { passkeyId } from '#protocol/primitives.ts';
import { accountsOf, FRESH_MS } from '../accounts.ts';
import type { AppEnv } from '../app-env.ts';
import { ProblemError } from '../middleware/problems.ts';
import { logSecurity } from '../middleware/security-log.ts';
import { USER_NOT_VERIFIED } from '../passkeys.ts';
import { MAX_PASSKEYS, passkeysOf, removePasskey, renamePasskey } from '../storage/passkeys.ts';
import { withoutAttestation } from '../without-attestation.ts';
import { askAccounts, type RefusalWords, refuseBesideAccess, retold, TOO_LATE, withCookies } from './accounts.ts';
import { type Api, param } from './api.ts';

const NOT_ADDED = 'This passkey could not be verified, so it was not added. Begin again.';
const NOT_THEIRS = ['forbidden', 'This passkey was begun by somebody else. Begin again.'] as const;

const ADD_WORDS: RefusalWords = {
  CHALLENGE_NOT_FOUND: TOO_LATE,
  FAILED_TO_VERIFY_REGISTRATION: ['invalid', NOT_ADDED],
  YOU_ARE_NOT_ALLOWED_TO_REGISTER_THIS_PASSKEY: NOT_THEIRS,
  SESSION_NOT_FRESH: ['forbidden', 'You signed in a while ago. Enter your password once more to add a passkey.'],
  [USER_NOT_VERIFIED]: [
    'invalid',
    'Your device did not ask for a PIN, a finger or a face, and without that a passkey opens nothing here. It was not added.',
  ],
};

/** [S30] Of each agent their own, whatever their role. An account is of a person: API keys have none. */
export function addPasskeys(api: Api): void {
  const shared = { access: 'agent', keys: null, least: 'viewer', tag: 'Agent' } as const;
  const ofOne = { ...shared, method: 'post', params: { passkeyId }, answer: passkeysAnswer } as const;

  api.add(
    {
      ...shared,
      method: 'get',
      path: '/v1/passkeys',
      summary: 'Your passkeys',
      description: 'Your own and nobody else’s. With Cloudflare Access in front there are none.',
      answer: passkeysAnswer,
    },
    async (c) => answer(c),
  );

  api.add(
    {
      ...shared,
      method: 'post',
      path: '/v1/passkeys/options',
      summary: 'Begin to add a passkey',
      description: `What \`navigator.credentials.create\` is asked with. Within fifteen minutes of signing in; the challenge is good for one try within five minutes. At most ${MAX_PASSKEYS} for one account.`,
      answer: passkeyCreation,
    },
    async (c) => {
      refuseBesideAccess(c);
      await refuseTooMany(c);
      const options = await askAccounts(c, 'GET', '/passkey/generate-register-options');
      return options.ok ? withCookies(options, (await options.clone().json()) as object) : retold(options, ADD_WORDS);
    },
  );

  api.add(
    {
      ...shared,
      method: 'post',
      path: '/v1/passkeys',
      summary: 'Add a passkey',
      description: 'The device must have asked for a PIN, a finger or a face. The password stays a way in.',
      body: newPasskey,
      answer: passkeysAnswer,
    },
    async (c, { body: { name, id, clientDataJSON, authenticatorData, transports } }) => {
      refuseBesideAccess(c);
      await refuseTooMany(c);
      const attestationObject = withoutAttestation(authenticatorData);
      const made = await askAccounts(c, 'POST', '/passkey/verify-registration', {
        name,
        response: {
          id,
          rawId: id,
          type: 'public-key',
          clientExtensionResults: {},
          response: { clientDataJSON, attestationObject, transports },
        },
      });
      if (!made.ok) return retold(made, ADD_WORDS);
      logSecurity(c, 'passkey_added');
      return answer(c);
    },
  );

  api.add(
    { ...ofOne, path: '/v1/passkeys/:passkeyId/rename', summary: 'Name a passkey', body: passkeyName },
    async (c, { body: { name } }) => {
      refuseBesideAccess(c);
      if (!(await renamePasskey(c.env.DB, c.get('agent').id, param<PasskeyId>(c, 'passkeyId'), name)))
        throw noSuchPasskey();
      return answer(c);
    },
  );

  api.add(
    {
      ...ofOne,
      path: '/v1/passkeys/:passkeyId/remove',
      summary: 'Remove a passkey',
      description:
        'It signs nobody in from then on. Sessions that it has opened go on: `POST /v1/sessions/end-others` ends those.',
    },
    async (c) => {
      refuseBesideAccess(c);
      if (!(await removePasskey(c.env.DB, c.get('agent').id, param<PasskeyId>(c, 'passkeyId')))) throw noSuchPasskey();
      logSecurity(c, 'passkey_removed');
      return answer(c);
    },
  );
}

/** [S7] Somebody else's and not there are one answer. */
const noSuchPasskey = (): ProblemError => new ProblemError('not_found', 'You have no such passkey.');

async function refuseTooMany(c: Context<AppEnv>): Promise<void> {
  const known = await passkeysOf(c.env.DB, c.get('agent').id);
  if (known.length >= MAX_PASSKEYS)
    throw new ProblemError('conflict', `You have ${MAX_PASSKEYS} passkeys already. Remove one that is not used.`);
}

async function answer(c: Context<AppEnv>): Promise<Response> {
  refuseBesideAccess(c);
  const [passkeys, session] = await Promise.all([
    passkeysOf(c.env.DB, c.get('agent').id),
    accountsOf(c.env).api.getSession({ headers: c.req.raw.headers }),
  ]);
  // Ended while this was on its way.
  if (session === null) throw new ProblemError('unauthenticated', 'Sign in to go on.');
  return c.json({
    passkeys,
    freshUntil: new Date(session.session.createdAt).getTime() + FRESH_MS,
  } satisfies z.infer<typeof passkeysAnswer>);
}

import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  SIGNING_LANGUAGES,
  type SigningLanguage,
  signingSnippet,
} from '../../widget/console/settings/signing-snippet.ts';
import { verifyToken } from '../../worker/middleware/verify-token.ts';
import written from '../data/signing-vectors.json' with { type: 'json' };

const NAMED = { kid: 'key-AbCd1234', publicKey: 'pk_live_x' };
const SECRET = 'a secret, as long as one of ours';
const USER = { id: 'usr_1', name: 'Priya “P” Nair ❤', email: 'priya@example.com' };
/** `SIGNING_VECTORS=write npx vitest …` where all of them are at hand, after a snippet was changed. */
const isWriting = process.env.SIGNING_VECTORS === 'write';
/** A compiler's first run takes its time. */
const RUN_MS = 120_000;

type Vector = { snippet: string; token: string };
const vectors: Record<string, Vector> = { ...written };
const folder = mkdtempSync(join(tmpdir(), 'baton-signing-'));
afterAll(() => {
  if (isWriting)
    writeFileSync(join(import.meta.dirname, '../data/signing-vectors.json'), `${JSON.stringify(vectors, null, 2)}\n`);
  rmSync(folder, { recursive: true });
});

type Runtime = { program: string; version: string[]; files: [name: string, text: string][]; args: string[] };

/** What calls the snippet and prints what it makes. */
function runtimeOf(language: SigningLanguage): Runtime {
  const snippet = signingSnippet(language, NAMED);
  const { id, name, email } = USER;
  switch (language) {
    case 'node':
      return {
        program: process.execPath,
        version: ['--version'],
        files: [['sign.mjs', `${snippet}\nconsole.log(batonToken(${JSON.stringify(USER)}));\n`]],
        args: ['sign.mjs'],
      };
    case 'python':
      return {
        program: 'python3',
        version: ['--version'],
        files: [
          ['sign.py', `${snippet}\nprint(baton_token({"id": "${id}", "name": "${name}", "email": "${email}"}))\n`],
        ],
        args: ['sign.py'],
      };
    case 'ruby':
      return {
        program: 'ruby',
        version: ['--version'],
        files: [['sign.rb', `${snippet}\nputs baton_token({ id: "${id}", name: "${name}", email: "${email}" })\n`]],
        args: ['-Eutf-8', 'sign.rb'],
      };
    case 'php':
      return {
        program: 'php',
        version: ['--version'],
        files: [
          [
            'sign.php',
            `${snippet}\necho baton_token(['id' => '${id}', 'name' => '${name}', 'email' => '${email}']);\n`,
          ],
        ],
        args: ['sign.php'],
      };
    case 'go':
      return {
        program: 'go',
        version: ['version'],
        files: [
          ['sign.go', snippet],
          [
            'main.go',
            `package main\n\nimport "fmt"\n\nfunc main() {\n\ttoken, err := BatonToken("${id}", "${name}", "${email}")\n\tif err != nil {\n\t\tpanic(err)\n\t}\n\tfmt.Println(token)\n}\n`,
          ],
        ],
        args: ['run', 'sign.go', 'main.go'],
      };
  }
}

/** The token that it makes, or null where this machine has no such runtime. */
function signedBy(language: SigningLanguage): string | null {
  const { program, version, files, args } = runtimeOf(language);
  if (spawnSync(program, version).status !== 0) return null;
  for (const [name, text] of files) writeFileSync(join(folder, name), text);
  const env = { ...process.env, BATON_SIGNING_SECRET: SECRET, GO111MODULE: 'off' };
  return execFileSync(program, args, { cwd: folder, env, encoding: 'utf8' }).trim();
}

const verify = (token: string, now: number, kid = NAMED.kid, secret = SECRET) =>
  verifyToken(token, async (one) => (one === kid ? new TextEncoder().encode(secret) : null), {
    audience: NAMED.publicKey,
    now,
  });
const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');
const issuedAt = (token: string) =>
  1000 * (JSON.parse(Buffer.from(token.split('.')[1] as string, 'base64url').toString()) as { iat: number }).iat;

describe.each(SIGNING_LANGUAGES)('[S11] the snippet for $label', ({ id, label }) => {
  const snippet = signingSnippet(id, NAMED);

  it(
    'signs what is accepted, by the key that it names and no other',
    async (context) => {
      const token = signedBy(id);
      if (token === null) return context.skip(`no ${label} here; the token that it once made is looked at below`);
      if (isWriting) vectors[id] = { snippet: hashOf(snippet), token };
      const now = Date.now();
      expect(await verify(token, now)).toMatchObject({
        claims: { sub: USER.id, name: USER.name, email: USER.email },
      });
      expect(await verify(token, now, NAMED.kid, 'another')).toEqual({ refused: 'not_accepted' });
      expect(await verify(token, now, 'key-other')).toEqual({ refused: 'not_accepted' });
    },
    RUN_MS,
  );

  it('is the one that made the token we keep, which is accepted at its time', async () => {
    const { snippet: hash, token } = vectors[id] as Vector;
    expect(hashOf(snippet)).toBe(hash);
    expect(await verify(token, issuedAt(token))).toMatchObject({ claims: { sub: USER.id, name: USER.name } });
    expect(await verify(token, issuedAt(token) + 16 * 60_000)).toHaveProperty('refused');
  });

  it('stands in the README as it is', () => {
    const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
    expect(readme).toContain(signingSnippet(id, { kid: 'YOUR_KID', publicKey: 'YOUR_KEY' }));
  });
});

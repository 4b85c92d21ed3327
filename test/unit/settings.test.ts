import { describe, expect, test } from 'vitest';
import { parseSettings } from '../../worker/settings.ts';

const env = (change: Record<string, unknown>) => ({
  ENVIRONMENT: 'development',
  PUBLIC_ORIGIN: 'http://localhost:8787',
  REPLAY_ORIGIN: 'http://127.0.0.1:8787',
  DEMO_ORIGIN: '',
  AUTH_SECRET: 'x'.repeat(32),
  VISIT_SECRET: 'x'.repeat(32),
  SECRETS_KEY: `${'A'.repeat(43)}=`,
  ...change,
});

const PRODUCTION = {
  ENVIRONMENT: 'production',
  PUBLIC_ORIGIN: 'https://support.example.com',
  REPLAY_ORIGIN: 'https://replay.example.com',
};

describe('settings', () => {
  test('as in production, without a demo, are settings', () => {
    const { isProduction, demoOrigin } = parseSettings(env({ ...PRODUCTION, AI_MODE: 'embedded' }));
    expect({ isProduction, demoOrigin }).toEqual({ isProduction: true, demoOrigin: null });
  });

  test.each([
    { PUBLIC_ORIGIN: 'http://support.example.com' },
    { REPLAY_ORIGIN: 'http://replay.example.com' },
    { AI_MODE: 'openai-compatible', AI_MODEL: 'm', AI_BASE_URL: 'http://model.example.com/v1' },
  ])('[S23] in production nothing goes without TLS: %o', (change) => {
    const name = Object.keys(change).at(-1) as string;
    expect(() => parseSettings(env({ ...PRODUCTION, AI_MODE: 'embedded', ...change }))).toThrow(
      new RegExp(`In production these are https: ${name}`),
    );
  });

  test('what is wrong is named, and its value is not said', () => {
    expect(() => parseSettings(env({ PUBLIC_ORIGIN: 'nowhere', AUTH_SECRET: 'short', AI_MODE: 'embedded' }))).toThrow(
      /^(?!.*nowhere)(?=.*PUBLIC_ORIGIN)(?=.*AUTH_SECRET)/,
    );
  });
});

describe('[S26] SECRETS_KEY', () => {
  const keys = (change: object) => parseSettings(env({ AI_MODE: 'embedded', ...change })).masterKeys;

  test('is 32 bytes, in either alphabet, with or without the one that was before', () => {
    const bytes = new Uint8Array(32).fill(0xfb);
    const text = Buffer.from(bytes).toString('base64');
    expect(keys({ SECRETS_KEY: text, SECRETS_KEY_BEFORE: '' })).toEqual({ current: bytes, before: null });
    const url = Buffer.from(bytes).toString('base64url');
    expect(keys({ SECRETS_KEY_BEFORE: url })).toEqual({ current: new Uint8Array(32), before: bytes });
  });

  test.each([
    undefined,
    '',
    'x'.repeat(32),
    Buffer.alloc(31, 7).toString('base64'),
    Buffer.alloc(33, 7).toString('base64'),
    'correct horse battery staple correct horses!',
  ])('%j is refused by name, and says no value', (value) => {
    for (const name of ['SECRETS_KEY', ...(value ? ['SECRETS_KEY_BEFORE'] : [])]) {
      const told = () => keys({ [name]: value });
      expect(told).toThrow(new RegExp(`Settings are wrong. ${name}: `));
      if (value) expect(told).not.toThrow(value);
    }
  });
});

describe('[G19] AI_MODE', () => {
  const binding = { run: async () => ({}) };
  const server = { AI_BASE_URL: 'http://localhost:11434/v1', AI_MODEL: 'local' };

  test.each<[string, Record<string, unknown>, object]>([
    ['embedded, whatever else is there', { AI_MODE: 'embedded', AI: binding, ...server }, { kind: 'embedded' }],
    [
      'workers-ai, with a model and a budget of ours',
      { AI_MODE: 'workers-ai', AI: binding },
      { kind: 'workers-ai', model: '@cf/meta/llama-3.3-70b-instruct-fp8-fast', gateway: null, budgetMs: 1500 },
    ],
    [
      'workers-ai through a gateway',
      { AI_MODE: 'workers-ai', AI: binding, AI_GATEWAY: 'baton', AI_BUDGET_MS: '900' },
      { kind: 'workers-ai', gateway: 'baton', budgetMs: 900 },
    ],
    [
      'openai-compatible, also beside a binding',
      { AI_MODE: 'openai-compatible', AI: binding, ...server, AI_API_KEY: 'k' },
      { kind: 'openai-compatible', baseUrl: server.AI_BASE_URL, model: 'local', apiKey: 'k' },
    ],
    ['auto with a binding', { AI_MODE: 'auto', AI: binding, ...server }, { kind: 'workers-ai', model: 'local' }],
    ['auto with an address', { AI_MODE: 'auto', ...server, AI_GATEWAY: '' }, { kind: 'openai-compatible' }],
    ['auto with nothing', { AI_MODE: 'auto', AI_BASE_URL: '', AI_BUDGET_MS: '' }, { kind: 'embedded' }],
  ])('%s', (_, change, answerer) => {
    expect(parseSettings(env(change)).answerer).toMatchObject(answerer);
  });

  test.each<[Record<string, unknown>, RegExp]>([
    [{ AI_MODE: 'workers-ai' }, /AI_MODE=workers-ai needs the binding AI/],
    [{ AI_MODE: 'openai-compatible', AI_MODEL: 'm' }, /needs AI_BASE_URL/],
    [{ AI_MODE: 'openai-compatible', AI_BASE_URL: server.AI_BASE_URL }, /needs AI_MODEL/],
    [{ AI_MODE: 'auto', AI_BASE_URL: server.AI_BASE_URL }, /AI_MODE=auto needs AI_MODEL/],
    [{ AI_MODE: 'guess' }, /AI_MODE/],
    [{ AI_MODE: 'embedded', AI_BUDGET_MS: 'soon' }, /AI_BUDGET_MS/],
  ])('%j is refused by name, and says no value', (change, message) => {
    expect(() => parseSettings(env({ ...change, AI_API_KEY: 'sk-very-secret' }))).toThrow(message);
    expect(() => parseSettings(env({ AI_MODE: 'embedded', AI_BASE_URL: 'sk-very-secret' }))).toThrow(
      /^(?!.*very-secret).*AI_BASE_URL/,
    );
  });
});

describe('[S35] the OpenID provider', () => {
  const all = {
    OIDC_ISSUER: 'https://id.example.org/tenant',
    OIDC_CLIENT_ID: 'baton',
    OIDC_CLIENT_SECRET: 'very-secret',
  };
  test('is set by all three or none, by https in production, and has a name', () => {
    expect(parseSettings(env({ AI_MODE: 'embedded' })).oidc).toBeNull();
    const oidc = parseSettings(env({ AI_MODE: 'embedded', ...all })).oidc;
    expect(oidc).toEqual({
      issuer: all.OIDC_ISSUER,
      clientId: 'baton',
      clientSecret: 'very-secret',
      name: 'id.example.org',
    });
    for (const name of Object.keys(all))
      expect(() => parseSettings(env({ AI_MODE: 'embedded', ...all, [name]: '' }))).toThrow(
        /^(?!.*very-secret).*go together/,
      );
    const tls = {
      ENVIRONMENT: 'production',
      PUBLIC_ORIGIN: 'https://a.example.org',
      REPLAY_ORIGIN: 'https://b.example.org',
    };
    expect(() =>
      parseSettings(env({ AI_MODE: 'embedded', ...all, ...tls, OIDC_ISSUER: 'http://id.example.org' })),
    ).toThrow(/OIDC_ISSUER/);
  });
});

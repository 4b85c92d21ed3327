import type { NewPasskey, PasskeySignIn } from '#protocol/passkeys.ts';
import { Agent, cookiesOf } from './agent.ts';
import type { Transport } from './transport.ts';

const PRESENT = 0x01;
const VERIFIED = 0x04;
const HAS_CREDENTIAL = 0x40;

/** How it differs from one that does all as asked. */
type Ways = { origin?: string; rpId?: string; isVerified?: boolean; type?: string; counter?: number };
type Asked = { challenge: string };

/** A device that makes one passkey (P-256) and signs with it, without a browser. */
export class Authenticator {
  readonly #keys: CryptoKeyPair;
  readonly #origin: string;
  readonly #idBytes: Uint8Array<ArrayBuffer>;
  /** It counts; devices whose passkeys travel always say none. */
  #counter = 0;

  private constructor(keys: CryptoKeyPair, origin: string, idBytes: Uint8Array<ArrayBuffer>) {
    this.#keys = keys;
    this.#origin = origin;
    this.#idBytes = idBytes;
  }

  /** `id` as another one's: ids are no secret. */
  static async make(origin: string, id?: string): Promise<Authenticator> {
    const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
    const bytes = id === undefined ? crypto.getRandomValues(new Uint8Array(16)) : bytesOf(id);
    return new Authenticator(keys as CryptoKeyPair, origin, bytes);
  }

  get id(): string {
    return textOf(this.#idBytes);
  }

  async create(asked: Asked, ways: Ways = {}): Promise<Omit<NewPasskey, 'name'>> {
    const key = new Uint8Array((await crypto.subtle.exportKey('raw', this.#keys.publicKey)) as ArrayBuffer);
    const credential = [
      ...new Uint8Array(16),
      this.#idBytes.length >> 8,
      this.#idBytes.length & 255,
      ...this.#idBytes,
      // COSE: EC2, ES256, P-256, x, y.
      ...[0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32, ...key.subarray(1, 33), 0x22, 0x58, 32, ...key.subarray(33)],
    ];
    const data = await this.#data(ways, HAS_CREDENTIAL);
    return {
      id: this.id,
      clientDataJSON: textOf(this.#client(asked, 'webauthn.create', ways)),
      authenticatorData: textOf(new Uint8Array([...data, ...credential])),
      transports: ['internal'],
    };
  }

  async get(asked: Asked, ways: Ways = {}): Promise<PasskeySignIn> {
    const client = this.#client(asked, 'webauthn.get', ways);
    const data = await this.#data(ways, 0);
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', client));
    const signed = await crypto.subtle.sign(
      { name: 'ECDSA', hash: 'SHA-256' },
      this.#keys.privateKey,
      new Uint8Array([...data, ...hash]),
    );
    return {
      id: this.id,
      clientDataJSON: textOf(client),
      authenticatorData: textOf(data),
      signature: textOf(asDer(new Uint8Array(signed))),
    };
  }

  #client({ challenge }: Asked, type: string, ways: Ways): Uint8Array<ArrayBuffer> {
    const said = { type: ways.type ?? type, challenge, origin: ways.origin ?? this.#origin, crossOrigin: false };
    return new Uint8Array(new TextEncoder().encode(JSON.stringify(said)));
  }

  async #data(ways: Ways, more: number): Promise<Uint8Array<ArrayBuffer>> {
    const rpId = ways.rpId ?? new URL(this.#origin).hostname;
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(rpId)));
    if (ways.counter === undefined) this.#counter += 1;
    const counter = ways.counter ?? this.#counter;
    const flags = PRESENT | (ways.isVerified === false ? 0 : VERIFIED) | more;
    return new Uint8Array([...hash, flags, counter >> 24, (counter >> 16) & 255, (counter >> 8) & 255, counter & 255]);
  }
}

const textOf = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
const bytesOf = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0));

/** Two numbers of 32 bytes as devices write them. */
function asDer(raw: Uint8Array): Uint8Array {
  const number = (bytes: Uint8Array): number[] => {
    const from = bytes.findIndex((byte) => byte !== 0);
    const short = [...bytes.subarray(from === -1 ? 31 : from)];
    const positive = (short[0] as number) > 127 ? [0, ...short] : short;
    return [2, positive.length, ...positive];
  };
  const both = [...number(raw.subarray(0, 32)), ...number(raw.subarray(32))];
  return new Uint8Array([0x30, both.length, ...both]);
}

/** A challenge, and the cookie that it comes with. */
export type Begun = { asked: Asked; cookie: string; answer: Response };

const begun = async (answer: Response): Promise<Begun> => ({
  answer,
  asked: (await answer.clone().json()) as Asked,
  cookie: cookiesOf(answer),
});

/** What a device is asked to make, for this agent. */
export const beginAdding = async (agent: Agent): Promise<Begun> => begun(await agent.post('/v1/passkeys/options', {}));

/** Hands in what it made. */
export const finishAdding = (
  agent: Agent,
  cookie: string,
  name: string,
  made: Omit<NewPasskey, 'name'>,
): Promise<Response> =>
  agent.transport.fetch('/v1/passkeys', {
    method: 'POST',
    headers: { ...agent.headers, cookie: `${agent.cookie}; ${cookie}` },
    body: JSON.stringify({ name, ...made }),
  });

/** The whole of it, as the console does it. */
export async function addPasskey(
  agent: Agent,
  device: Authenticator,
  name: string,
  ways: Ways = {},
): Promise<Response> {
  const { asked, cookie } = await beginAdding(agent);
  return finishAdding(agent, cookie, name, await device.create(asked, ways));
}

const post = (transport: Transport, path: string, body: unknown, headers: Record<string, string> = {}) =>
  transport.fetch(path, {
    method: 'POST',
    headers: { origin: transport.origin, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

export const beginSignIn = async (transport: Transport): Promise<Begun> =>
  begun(await post(transport, '/v1/auth/sign-in/passkey/options', {}));

export const finishSignIn = (transport: Transport, cookie: string, used: PasskeySignIn): Promise<Response> =>
  post(transport, '/v1/auth/sign-in/passkey', used, { cookie });

export async function signInByPasskey(
  transport: Transport,
  device: Authenticator,
  ways: Ways = {},
): Promise<{ answer: Response; agent: Agent }> {
  const { asked, cookie } = await beginSignIn(transport);
  const answer = await finishSignIn(transport, cookie, await device.get(asked, ways));
  return { answer, agent: Agent.signedInBy(transport, answer) };
}

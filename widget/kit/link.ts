import { SOCKET_PROTOCOL } from '#protocol/version.ts';
import { backOffMs } from './back-off.ts';

/** `WebSocket.OPEN`, of whoever's `WebSocket`. */
const OPEN = 1;
const PING = 'ping';
const PONG = 'pong';
const PING_EVERY_MS = 25_000;
/** A sleeping network swallows frames without a word. */
const PONG_WITHIN_MS = 10_000;
/** A connection that was greeted and lived this long was a good one: the next failure starts counting anew. */
const SETTLED_MS = 5000;
/** Handshakes that fail this often in a row may be a refused credential, which browsers do not tell. */
const FAILURES_BEFORE_NEW_CREDENTIAL = 3;

export type LinkState = 'connecting' | 'live' | 'lost';
export type LinkEnd = 'unauthenticated' | 'forbidden' | 'protocol_too_old' | 'replaced';

/** Where to connect, and the sub-protocol that carries the credential. */
export type LinkAddress = { url: string; credential: string };

/** What a link is made with; a page may have put something else in place of the browser's own. */
export type LinkTools = { open(url: string, protocols: string[]): WebSocket; json: Pick<JSON, 'parse' | 'stringify'> };

export type LinkOptions<Down> = {
  /** Asked for each connection, since a credential may be good for one only. Throws when it cannot be had just now. */
  address(): LinkAddress | Promise<LinkAddress | LinkEnd>;
  /** The socket is open: say hello. */
  onOpen(): void;
  onFrame(frame: Down): void;
  onState(state: LinkState): void;
  /** The server said: do not come back like this. */
  onEnd(end: LinkEnd): void;
  tools?: LinkTools;
};

export type Link = {
  send(frame: object): boolean;
  /** The server has greeted us. */
  settled(): void;
  close(): void;
};

const ENDS: Record<number, LinkEnd> = {
  4401: 'unauthenticated',
  4403: 'forbidden',
  4406: 'protocol_too_old',
  4409: 'replaced',
};

/** One socket at a time, opened again with back-off until it is closed on purpose or the server says not to come back. */
export function openLink<Down>({
  address,
  onOpen,
  onFrame,
  onState,
  onEnd,
  tools = { open: (url, protocols) => new WebSocket(url, protocols), json: JSON },
}: LinkOptions<Down>): Link {
  let socket: WebSocket | null = null;
  /** Waiting for an address: no second try is started beside it. */
  let asking = false;
  let closed = false;
  let greeted = false;
  let failures = 0;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let ping: ReturnType<typeof setInterval> | undefined;
  let pong: ReturnType<typeof setTimeout> | undefined;
  let settle: ReturnType<typeof setTimeout> | undefined;

  function connect(): void {
    clearTimeout(retry);
    retry = undefined;
    if (closed || socket !== null || asking) return;
    greeted = false;
    onState('connecting');
    const found = address();
    // Not by its class: a page may have put another `Promise` in its place.
    if (!('then' in found)) {
      dial(found);
      return;
    }
    asking = true;
    found.then(
      (answer) => {
        asking = false;
        if (closed) return;
        if (typeof answer === 'string') end(answer);
        else dial(answer);
      },
      () => {
        asking = false;
        lost(null, true);
      },
    );
  }

  function dial({ url, credential }: LinkAddress): void {
    const mine = tools.open(url, [SOCKET_PROTOCOL, credential]);
    socket = mine;
    mine.onopen = () => {
      ping = setInterval(check, PING_EVERY_MS);
      onOpen();
    };
    mine.onmessage = ({ data }) => {
      if (data === PONG) {
        clearTimeout(pong);
        pong = undefined;
        return;
      }
      let frame: Down;
      try {
        frame = tools.json.parse(data);
      } catch {
        // Not for us; a later version may know what it is.
        return;
      }
      onFrame(frame);
    };
    mine.onclose = ({ code }) => {
      if (socket === mine) lost(ENDS[code] ?? null);
    };
  }

  function lost(reason: LinkEnd | null, unreached = false): void {
    clearInterval(ping);
    clearTimeout(pong);
    clearTimeout(settle);
    pong = undefined;
    socket = null;
    if (closed) return;
    failures += 1;
    onState('lost');
    // Whoever could not even ask for an address has no credential that could have been refused.
    const mayBeRefused = !unreached && !greeted && failures >= FAILURES_BEFORE_NEW_CREDENTIAL && navigator.onLine;
    if (reason !== null) end(reason);
    else if (mayBeRefused) {
      failures = 0;
      end('unauthenticated');
    } else retry = setTimeout(connect, backOffMs(failures - 1, Math.random()));
  }

  function end(reason: LinkEnd): void {
    closed = true;
    stopListening();
    onEnd(reason);
  }

  function check(): void {
    if (socket?.readyState !== OPEN || pong !== undefined) return;
    socket.send(PING);
    pong = setTimeout(() => {
      const dead = socket;
      lost(null);
      dead?.close();
    }, PONG_WITHIN_MS);
  }

  /** A network or a visitor that is back: waiting any longer helps nobody. */
  const hurry = () => {
    if (document.visibilityState === 'hidden') return;
    if (socket === null) {
      failures = Math.min(failures, 1);
      connect();
    } else check();
  };
  const onOffline = () => {
    if (socket?.readyState === OPEN) check();
  };
  window.addEventListener('online', hurry);
  window.addEventListener('offline', onOffline);
  document.addEventListener('visibilitychange', hurry);
  function stopListening(): void {
    window.removeEventListener('online', hurry);
    window.removeEventListener('offline', onOffline);
    document.removeEventListener('visibilitychange', hurry);
  }

  connect();
  return {
    send(frame) {
      if (socket?.readyState !== OPEN) return false;
      socket.send(tools.json.stringify(frame));
      return true;
    },
    settled() {
      greeted = true;
      onState('live');
      settle = setTimeout(() => {
        failures = 0;
      }, SETTLED_MS);
    },
    close() {
      closed = true;
      clearTimeout(retry);
      stopListening();
      const last = socket;
      lost(null);
      last?.close(1000);
    },
  };
}

/** A page may have put functions of its own in place of the browser's; an empty frame of ours has them as they were. Where it hangs. */
let mount: ParentNode | null = null;
let frame: HTMLIFrameElement | null = null;

const isNative = (value: unknown): boolean => /native code/.test(`${value}`);

/** Looked at once, before our own capture wraps it. */
const hasNativeFetch = isNative(globalThis.fetch);
/** The page's own failed where the frame's did not: it is not asked again. */
let avoidsFetch = false;
const hasNativeJson = isNative(JSON.stringify) && isNative(JSON.parse);

/** Names where the frame may hang: out of the page's sight, and gone with it. */
export function mountFrame(where: ParentNode): void {
  mount = where;
  frame = null;
}

/** The frame's window; asked for each time, since a page that moves its elements about gives it another one. */
function untouched(): Window & typeof globalThis {
  if (!frame?.isConnected) {
    frame = document.createElement('iframe');
    frame.hidden = true;
    mount?.append(frame);
  }
  return (frame.contentWindow ?? window) as Window & typeof globalThis;
}

/** What every list of the page answers to `toJSON` would make texts of our lists: each value is taken from whatever holds it. */
function asItIs(this: Record<string, unknown>, key: string): unknown {
  return this[key];
}

export const json: Pick<JSON, 'parse' | 'stringify'> = {
  parse: (text) => (hasNativeJson ? JSON : untouched().JSON).parse(text),
  stringify: (value: unknown) =>
    (hasNativeJson ? JSON : untouched().JSON).stringify(value, 'toJSON' in [] ? asItIs : undefined),
};

/** `fetch`. Where the page's own fails, that of the frame: pages add headers to each request that no foreign server takes. */
export async function request(url: string, init: RequestInit): Promise<Response> {
  try {
    if (!avoidsFetch) return await globalThis.fetch(url, init);
  } catch (cause) {
    if (hasNativeFetch) throw cause;
  }
  const response = await untouched().fetch(url, init);
  avoidsFetch = true;
  return response;
}

export function openSocket(url: string, protocols: string[]): WebSocket {
  try {
    return new WebSocket(url, protocols);
  } catch {
    return new (untouched().WebSocket)(url, protocols);
  }
}

/**
 * Asks an address that somebody gave us; every such request goes through here. A redirect is not followed, whatever it leads to, and nothing of ours is sent along.
 * `timeoutMs` is until `read` is done. Rejects as `fetch` does: a `TimeoutError` where it took too long. Whether the address may be asked is the caller's to say.
 */
export async function askPlainly<T>(
  address: string,
  init: Pick<RequestInit, 'method' | 'headers' | 'body'>,
  timeoutMs: number,
  read: (response: Response) => Promise<T>,
): Promise<T> {
  return read(await fetch(address, { ...init, redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) }));
}

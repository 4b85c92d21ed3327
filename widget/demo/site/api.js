// @ts-check

/**
 * @typedef {{ ok: boolean, status: number, body: any }} Reply
 */

/** Never throws for a refused request: pages decide what a refusal means. @param {string} path @param {AbortSignal} [signal] @returns {Promise<Reply>} */
export function getJson(path, signal) {
  return request(path, { signal });
}

/** @param {string} path @param {unknown} body @returns {Promise<Reply>} */
export function postJson(path, body) {
  return request(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
}

/** @param {string} path @param {RequestInit} init @returns {Promise<Reply>} */
async function request(path, init) {
  try {
    const response = await fetch(path, init);
    return { ok: response.ok, status: response.status, body: await response.json().catch(() => null) };
  } catch (cause) {
    if (init.signal?.aborted) throw cause;
    return { ok: false, status: 0, body: { error: 'offline' } };
  }
}

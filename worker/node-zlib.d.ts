/** The two calls of Node's zlib that the Worker uses; Node's own types would bring Node's globals with them. */
declare module 'node:zlib' {
  export function gzipSync(data: string | Uint8Array, options: { level: number }): Uint8Array<ArrayBuffer>;
  /** Throws when the output would be longer than `maxOutputLength` bytes. */
  export function gunzipSync(data: Uint8Array, options: { maxOutputLength: number }): Uint8Array<ArrayBuffer>;
}

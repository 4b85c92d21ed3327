import type { z } from 'zod';
import { faultText } from '#domain/redaction/fault.ts';
import { type Allowance, type Bucket, takeToken } from '#domain/token-bucket.ts';
import { MAX_FRAME_BYTES } from '#protocol/primitives.ts';
import { CLOSE_REASONS, type CloseReason, type Problem, type ProblemKind } from '#protocol/problem.ts';
import { sayIssue } from '#protocol/say-issue.ts';
import { SOCKET_PROTOCOL } from '#protocol/version.ts';

/** Pings are answered by the runtime while the object sleeps. */
export const PING = 'ping';
export const PONG = 'pong';

/** An expected no to a frame; everything else that is thrown is a fault. */
export class FrameRefused extends Error {
  readonly kind: ProblemKind;
  constructor(kind: ProblemKind, message: string) {
    super(message);
    this.kind = kind;
  }
}

/** Sends, unless the socket is closing: a reset on a socket that is already going away is not an error. */
export function send(socket: WebSocket, frame: unknown): void {
  if (socket.readyState !== WebSocket.READY_STATE_OPEN) return;
  try {
    socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  } catch {
    // Closed between the check and the send; the client resumes by cursor.
  }
}

export function broadcast(sockets: Iterable<WebSocket>, frame: unknown): void {
  const text = JSON.stringify(frame);
  for (const socket of sockets) send(socket, text);
}

export const closeSocket = (socket: WebSocket, reason: CloseReason): void =>
  socket.close(CLOSE_REASONS[reason], reason);

/** Accepts a hibernating socket with its attachment. The caller has checked who asks. */
export function acceptSocket(ctx: DurableObjectState, attachment: unknown, tags: string[]): Response {
  const { 0: client, 1: server } = new WebSocketPair();
  ctx.acceptWebSocket(server, tags);
  server.serializeAttachment(attachment);
  return new Response(null, { status: 101, webSocket: client, headers: { 'sec-websocket-protocol': SOCKET_PROTOCOL } });
}

/** A socket that opens only to say why it may not: browsers hide the status of a refused upgrade from scripts. */
export function refuseSocket(reason: CloseReason): Response {
  const { 0: client, 1: server } = new WebSocketPair();
  server.accept();
  server.close(CLOSE_REASONS[reason], reason);
  return new Response(null, { status: 101, webSocket: client, headers: { 'sec-websocket-protocol': SOCKET_PROTOCOL } });
}

/** What a socket's sender may do in a second; a person never comes near it. */
const FRAMES: Allowance = { burst: 60, perSecond: 20 };
const buckets = new WeakMap<WebSocket, Bucket>();

function takeFrame(socket: WebSocket, now: number): number {
  const { bucket, waitMs } = takeToken(buckets.get(socket), FRAMES, now);
  buckets.set(socket, bucket);
  return waitMs;
}

/**
 * Reads one frame, hands it on, and answers it: every frame gets an ack or a nack, also one that cannot be read (an exception in
 * a socket handler is otherwise silent to the client). `handle` returns what the ack carries besides the id.
 */
export async function answerFrame<Frame extends { id: string }>(
  socket: WebSocket,
  raw: string | ArrayBuffer,
  schema: z.ZodType<Frame>,
  now: number,
  // biome-ignore lint/suspicious/noConfusingVoidType: handlers that add nothing return nothing
  handle: (frame: Frame) => Promise<{ seq?: number } | void> | { seq?: number } | void,
): Promise<void> {
  const requestId = crypto.randomUUID();
  const nack = (id: string, kind: ProblemKind, message: string, retryAfterMs?: number) => {
    const problem: Problem = { kind, message, requestId, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
    send(socket, { type: 'nack', id, problem });
  };
  if (typeof raw !== 'string') return nack('', 'unsupported', 'Frames are JSON text.');
  if (raw.length > MAX_FRAME_BYTES) return nack('', 'too_large', `A frame has at most ${MAX_FRAME_BYTES} characters.`);
  let value: unknown;
  try {
    value = JSON.parse(raw);
  } catch {
    return nack('', 'invalid', 'This frame is not JSON.');
  }
  const id = readId(value);
  const wait = takeFrame(socket, now);
  if (wait > 0) return nack(id, 'rate_limited', 'Too many frames; wait a moment.', wait);
  const result = schema.safeParse(value, { error: sayIssue });
  if (!result.success) {
    const issue = result.error.issues[0];
    return nack(id, 'invalid', `${issue?.path.join('.') || 'frame'}: ${issue?.message ?? 'not understood'}`);
  }
  try {
    const more = await handle(result.data);
    send(socket, { type: 'ack', id, ...(more ?? {}) });
  } catch (cause) {
    if (cause instanceof FrameRefused) return nack(id, cause.kind, cause.message);
    console.error(JSON.stringify({ at: 'frame', requestId, message: faultText(cause) }));
    nack(id, 'internal', 'Something went wrong on our side; your frame had no effect. Try again.', 1000);
  }
}

function readId(value: unknown): string {
  if (typeof value !== 'object' || value === null || !('id' in value)) return '';
  return typeof value.id === 'string' && value.id.length <= 64 ? value.id : '';
}

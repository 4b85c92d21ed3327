import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import type { RecordingId } from '#domain/ids.ts';
import { faultText } from '#domain/redaction/fault.ts';
import { countHidden, ruleSetText } from '#domain/redaction/receipt.ts';
import { disarmReplay, type ReplayEvent } from '#domain/redaction/replay.ts';
import { expandEvents } from '#domain/replay/expand.ts';
import type { SegmentRef } from '#protocol/agent-conversation.ts';
import { type RecordingManifest, recordingAnswer, segmentAnswer, segmentQuery } from '#protocol/http.ts';
import { keyframesAnswer, type RecordingKeyframes } from '#protocol/keyframes.ts';
import { MAX_SEGMENT_BYTES, MAX_SEGMENT_UNPACKED_BYTES, recordingId, tabId } from '#protocol/primitives.ts';
import { receiptAnswer } from '#protocol/receipt.ts';
import { conversationStub } from '../../durable-objects/names.ts';
import { limit } from '../middleware/limits.ts';
import { requireOrigin } from '../middleware/origin.ts';
import { ProblemError } from '../middleware/problems.ts';
import { conversationByRecording } from '../storage/conversations.ts';
import { keyframesOf, makeKeyframes } from '../storage/keyframes.ts';
import { eraseRecording, isDeleted } from '../storage/recording-deletions.ts';
import {
  hasSegment,
  indexSegment,
  keyframeKey,
  receiptOfRecording,
  segmentKey,
  segmentsOf,
} from '../storage/recordings.ts';
import { workspaceById } from '../storage/workspaces.ts';
import { type Api, param } from './api.ts';

const segmentNumber = z.string().regex(/^(?:0|[1-9]\d{0,5})$/);
const segmentParams = { recordingId, tab: tabId, n: segmentNumber };

/** No gzip begins like this. */
const LIST_BEGINS = '['.charCodeAt(0);

/** Level 6 costs a third of level 9's time for a few per cent more bytes, and an ingest pays it on every segment. */
const GZIP_LEVEL = 6;

export function addRecordings(api: Api): void {
  api.add(
    {
      method: 'put',
      path: '/v1/recordings/:recordingId/segments/:tab/:n',
      access: 'visitor',
      tag: 'Visitor',
      summary: 'Store one replay segment',
      description:
        'A gzip of a JSON list of rrweb events, or the list itself where a page that goes has no time to compress it, as they are or compact (`worker/domain/replay/compact.ts`), numbered per tab. Repeating a number changes nothing and answers `repeated`. What is stored is rebuilt from harmless parts and redacted again; it is durable when this answers.',
      params: segmentParams,
      query: segmentQuery,
      binary: { type: 'application/gzip', maxBytes: MAX_SEGMENT_BYTES },
      answer: segmentAnswer,
    },
    async (c, { query: { clockAheadMs } }) => {
      const { workspaceId, visitorId } = c.get('visit');
      const id = param<RecordingId>(c, 'recordingId');
      const tab = param<string>(c, 'tab');
      const n = Number(param<string>(c, 'n'));
      await limit(c, 'segment', workspaceId, visitorId);
      // At once: somebody may be waiting to see what is in it.
      const [workspace, row, deleted, repeated] = await Promise.all([
        workspaceById(c.env.DB, workspaceId),
        conversationByRecording(c.env.DB, workspaceId, id),
        isDeleted(c.env.DB, workspaceId, id),
        hasSegment(c.env.DB, workspaceId, id, tab, n),
      ]);
      // Not theirs and not there are one answer: ids of others are not confirmed.
      if (workspace === null || row === null || row.visitorId !== visitorId) {
        throw new ProblemError('not_found', 'This visit has no such recording.');
      }
      requireOrigin(c.req.header('origin'), workspace);
      if (workspace.settings.capture === 'off') throw new ProblemError('forbidden', 'This workspace records nothing.');
      if (deleted) throw new ProblemError('forbidden', 'This recording was deleted.');
      if (repeated) return c.json({ stored: true, repeated: true } satisfies z.infer<typeof segmentAnswer>);

      const events = readSegment(new Uint8Array(await c.req.arrayBuffer()), clockAheadMs);
      const stored = JSON.stringify(events);
      const packed = gzipSync(stored, { level: GZIP_LEVEL });
      const segment: SegmentRef = {
        tab,
        n,
        fromAt: events.reduce((first, { timestamp }) => Math.min(first, timestamp), Number.POSITIVE_INFINITY),
        toAt: events.reduce((last, { timestamp }) => Math.max(last, timestamp), 0),
        events: events.length,
        bytes: packed.byteLength,
      };
      // First the bytes, then the row that says that they are there, then the people who wait for them.
      await c.env.REPLAYS.put(segmentKey(workspaceId, id, tab, n), packed, {
        httpMetadata: { contentType: 'application/json', contentEncoding: 'gzip' },
      });
      await indexSegment(c.env.DB, workspaceId, id, segment, {
        ruleSet: await ruleSetName(),
        hidden: countHidden(stored),
        storedAt: Date.now(),
      });
      // Marked while this was under way: what was just written goes too.
      if (await isDeleted(c.env.DB, workspaceId, id)) {
        await eraseRecording(c.env, workspaceId, id, Date.now());
        throw new ProblemError('forbidden', 'This recording was deleted.');
      }
      await conversationStub(c.env, workspaceId, row.id).segmentStored(segment);
      c.executionCtx.waitUntil(
        makeKeyframes(c.env, { workspaceId, recordingId: id, tab }).catch((cause: unknown) => {
          // Without it a player takes longer; nothing else depends on it.
          console.error(JSON.stringify({ at: 'keyframes', recordingId: id, cause: faultText(cause) }));
        }),
      );
      return c.json({ stored: true, repeated: false } satisfies z.infer<typeof segmentAnswer>);
    },
  );

  api.add(
    {
      method: 'get',
      path: '/v1/recordings/:recordingId',
      access: 'agent',
      keys: 'recordings',
      least: 'agent',
      tag: 'Agent',
      summary: 'What a recording consists of',
      params: { recordingId },
      answer: recordingAnswer,
    },
    async (c) => {
      const { workspaceId } = c.get('agent');
      const id = param<RecordingId>(c, 'recordingId');
      if ((await conversationByRecording(c.env.DB, workspaceId, id)) === null) {
        throw new ProblemError('not_found', 'This workspace has no such recording.');
      }
      const segments = await segmentsOf(c.env.DB, workspaceId, id);
      return c.json({ recordingId: id, startedAt: segments[0]?.fromAt ?? null, segments } satisfies RecordingManifest);
    },
  );

  api.add(
    {
      method: 'get',
      path: '/v1/recordings/:recordingId/receipt',
      access: 'agent',
      keys: 'recordings',
      least: 'agent',
      tag: 'Agent',
      summary: 'What is not in a recording',
      description:
        'How much was masked and redacted, by kind, and the hashes of the rules. Counts are of what is stored.',
      params: { recordingId },
      answer: receiptAnswer,
    },
    async (c) => {
      const { workspaceId } = c.get('agent');
      const id = param<RecordingId>(c, 'recordingId');
      if ((await conversationByRecording(c.env.DB, workspaceId, id)) === null) {
        throw new ProblemError('not_found', 'This workspace has no such recording.');
      }
      const receipt = await receiptOfRecording(c.env.DB, workspaceId, id);
      return c.json(receipt satisfies z.infer<typeof receiptAnswer>);
    },
  );

  api.add(
    {
      method: 'get',
      path: '/v1/recordings/:recordingId/what-support-sees',
      access: 'visitor',
      tag: 'Visitor',
      summary: 'What is not in one’s own recording',
      description: 'The same receipt that agents see, for the visitor whose recording it is.',
      params: { recordingId },
      answer: receiptAnswer,
    },
    async (c) => {
      const { workspaceId, visitorId } = c.get('visit');
      const id = param<RecordingId>(c, 'recordingId');
      const [workspace, row] = await Promise.all([
        workspaceById(c.env.DB, workspaceId),
        conversationByRecording(c.env.DB, workspaceId, id),
      ]);
      if (workspace === null || row === null || row.visitorId !== visitorId) {
        throw new ProblemError('not_found', 'This visit has no such recording.');
      }
      requireOrigin(c.req.header('origin'), workspace);
      const receipt = await receiptOfRecording(c.env.DB, workspaceId, id);
      return c.json(receipt satisfies z.infer<typeof receiptAnswer>);
    },
  );

  api.add(
    {
      method: 'get',
      path: '/v1/recordings/:recordingId/segments/:tab/:n',
      access: 'agent',
      keys: 'recordings',
      least: 'agent',
      tag: 'Agent',
      summary: 'One replay segment',
      description: 'The rrweb events of one segment, as stored. Segments never change.',
      params: segmentParams,
      answerType: 'application/json',
    },
    async (c) => {
      const { workspaceId } = c.get('agent');
      const key = segmentKey(
        workspaceId,
        param<RecordingId>(c, 'recordingId'),
        param<string>(c, 'tab'),
        Number(param<string>(c, 'n')),
      );
      const object = await c.env.REPLAYS.get(key);
      if (object === null) throw new ProblemError('not_found', 'This recording has no such segment.');
      return storedJson(object);
    },
  );

  api.add(
    {
      method: 'get',
      path: '/v1/recordings/:recordingId/keyframes',
      access: 'agent',
      keys: 'recordings',
      least: 'agent',
      tag: 'Agent',
      summary: 'Pictures to start from',
      description:
        'Of each tab, the whole page after some of its segments. Made while segments arrive; there may be none.',
      params: { recordingId },
      answer: keyframesAnswer,
    },
    async (c) => {
      const { workspaceId } = c.get('agent');
      const id = param<RecordingId>(c, 'recordingId');
      const [row, keyframes] = await Promise.all([
        conversationByRecording(c.env.DB, workspaceId, id),
        keyframesOf(c.env.DB, workspaceId, id),
      ]);
      if (row === null) throw new ProblemError('not_found', 'This workspace has no such recording.');
      return c.json({ keyframes } satisfies RecordingKeyframes);
    },
  );

  api.add(
    {
      method: 'get',
      path: '/v1/recordings/:recordingId/keyframes/:tab/:n',
      access: 'agent',
      keys: 'recordings',
      least: 'agent',
      tag: 'Agent',
      summary: 'One picture to start from',
      description: 'The rrweb events that say what the page was after segment n. Keyframes never change.',
      params: segmentParams,
      answerType: 'application/json',
    },
    async (c) => {
      const { workspaceId } = c.get('agent');
      const key = keyframeKey(
        workspaceId,
        param<RecordingId>(c, 'recordingId'),
        param<string>(c, 'tab'),
        Number(param<string>(c, 'n')),
      );
      const object = await c.env.REPLAYS.get(key);
      if (object === null) throw new ProblemError('not_found', 'This recording has no such keyframe.');
      return storedJson(object);
    },
  );
}

/** Only our own bytes are sent: they were compressed when they were stored. */
const storedJson = (object: R2ObjectBody): Response =>
  new Response(object.body, {
    headers: {
      'content-type': 'application/json',
      'content-encoding': 'gzip',
      // Private: a replay is for the signed-in agent, not for a cache on the way.
      'cache-control': 'private, max-age=86400, immutable',
    },
    encodeBody: 'manual',
  });

let ruleSet: Promise<string> | undefined;

/** The hash of the rules that this version redacts by. They do not change while it runs. */
function ruleSetName(): Promise<string> {
  ruleSet ??= crypto.subtle
    .digest('SHA-256', new TextEncoder().encode(ruleSetText()))
    .then((hash) => [...new Uint8Array(hash).slice(0, 8)].map((byte) => byte.toString(16).padStart(2, '0')).join(''));
  return ruleSet;
}

/**
 * The events of an uploaded segment, unpacked within bounds and disarmed. `gunzipSync` stops at the limit exactly; a
 * `DecompressionStream` goes on unpacking a bomb after its reader has had enough. Their times are made ours [X15]. Throws `too_large` or `invalid`.
 */
function readSegment(packed: Uint8Array, clockAheadMs: number): ReplayEvent[] {
  const unpacked = packed[0] === LIST_BEGINS ? packed : unpack(packed);
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(unpacked));
  } catch {
    throw new ProblemError('invalid', 'A segment is a gzip of JSON.');
  }
  const disarmed = disarmReplay(Array.isArray(value) ? expandEvents(value) : value);
  if (!disarmed.ok) throw new ProblemError('invalid', `${disarmed.reason}.`);
  if (disarmed.events.length === 0) throw new ProblemError('invalid', 'The segment holds no event that can be played.');
  for (const event of disarmed.events) event.timestamp = Math.max(0, event.timestamp - clockAheadMs);
  return disarmed.events;
}

function unpack(packed: Uint8Array): Uint8Array {
  // The magic bytes and the one method there is: anything else was never a gzip.
  if (packed[0] !== 0x1f || packed[1] !== 0x8b || packed[2] !== 8) {
    throw new ProblemError('invalid', 'A segment is a gzip of JSON.');
  }
  try {
    return gunzipSync(packed, { maxOutputLength: MAX_SEGMENT_UNPACKED_BYTES });
  } catch (cause) {
    // The platform names the limit only in the message's words.
    if (/memory limit|larger than|buffer/i.test(String(cause))) {
      throw new ProblemError('too_large', `A segment unpacks to at most ${MAX_SEGMENT_UNPACKED_BYTES} bytes.`);
    }
    throw new ProblemError('invalid', 'A segment is a gzip of JSON.');
  }
}

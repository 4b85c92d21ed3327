import { z } from 'zod';
import type { ContextBundle } from '#domain/bundle/bundle.ts';
import { CAPTURE_MODES } from '#domain/conversation/sharing.ts';
import { ADDITIONS } from '#domain/escalation/additions.ts';
import { HOP_KINDS, SEVERITIES } from '#domain/escalation/escalation.ts';
import { GROUPINGS } from '#domain/metrics/report.ts';
import { segmentRef } from './agent-conversation.ts';
import { agentId, clientId, conversationId, epochMs, queueId, visitorId } from './primitives.ts';
import { namedCalendar, slaPolicySchema } from './sla.ts';
import { transcriptEntry } from './transcript.ts';

/** `POST /v1/visits`: a page says hello. Tokens that are no good are refused, never silently dropped. */
export const visitRequest = z.strictObject({
  workspaceKey: z.string().min(1).max(80),
  /** From an earlier visit of the same browser; an expired or foreign one starts a new anonymous visit. */
  visitToken: z.string().max(4096).nullable(),
  /** Signed by the host's server. Refused (401) when expired or forged: the visit pauses, it never becomes anonymous. */
  identityToken: z.string().max(8192).nullable(),
});
export const visitAnswer = z.object({
  visitToken: z.string(),
  expiresAt: epochMs,
  /** [X15] What time it is, so that a page whose clock is wrong can tell by how much. */
  now: epochMs,
  visitor: z.object({ id: visitorId, name: z.string().nullable(), attested: z.boolean() }),
  conversationId: conversationId.nullable(),
  workspace: z.object({ name: z.string(), greeting: z.string(), suggestions: z.array(z.string()) }),
  capture: z.enum(CAPTURE_MODES),
});

/** `POST /v1/conversations`: the visitor's current one, or a new one. The same `clientId` gives the same conversation. */
export const conversationRequest = z.strictObject({ clientId, startNew: z.boolean() });
export const conversationAnswer = z.object({ conversationId });

/** `POST /v1/tickets`: a single-use ticket for one socket, valid 30 s. */
export const ticketRequest = z.discriminatedUnion('socket', [
  z.strictObject({ socket: z.literal('agent') }),
  z.strictObject({ socket: z.literal('queue'), queueId }),
  z.strictObject({ socket: z.literal('conversation'), conversationId }),
]);
export const ticketAnswer = z.object({ ticket: z.string(), path: z.string(), expiresAt: epochMs });

/** `GET /v1/conversations/:id`, for agents */
export const conversationView = z.object({
  entries: z.array(transcriptEntry),
  bundle: z.custom<ContextBundle>((value) => typeof value === 'object').nullable(),
});
export type ConversationView = z.infer<typeof conversationView>;

const deed = { id: z.string(), at: epochMs };
/**
 * `GET /v1/conversations/:id/deeds`, for agents: who had the work, lost it, moved it in line or chose somebody for it, oldest first. Names are
 * those of today where the deed did not keep one.
 */
export const deedsAnswer = z.object({
  deeds: z.array(
    z.discriminatedUnion('deed', [
      z.object({ ...deed, deed: z.literal('accepted'), agent: z.string() }),
      z.object({ ...deed, deed: z.literal('chosen'), agent: z.string(), by: z.string() }),
      z.object({ ...deed, deed: z.literal('offer_withdrawn'), agent: z.string(), by: z.string() }),
      z.object({ ...deed, deed: z.literal('adjusted'), by: z.string(), minutes: z.number() }),
      z.object({
        ...deed,
        deed: z.literal('taken_back'),
        agent: z.string(),
        /** `unknown` is an older row. */
        because: z.enum(['supervisor', 'silent', 'vanished', 'unknown']),
        by: z.string().nullable(),
      }),
      z.object({ ...deed, deed: z.literal('passed_on'), by: z.string(), to: z.string() }),
      z.object({ ...deed, deed: z.literal('resolved'), by: z.string() }),
      z.object({ ...deed, deed: z.literal('left_line'), waitedMs: z.number() }),
    ]),
  ),
});
export type DeedsAnswer = z.infer<typeof deedsAnswer>;
export type Deed = DeedsAnswer['deeds'][number];

/** `POST /v1/recordings/:id/delete`, `POST /v1/recordings/:id/forget` */
export const deletedAnswer = z.object({ deleted: z.literal(true) });

/** `GET /v1/me` */
export const meAnswer = z.object({
  agent: z.object({ id: agentId, name: z.string(), email: z.string(), role: z.string() }),
  /** `hosts` are those of its sites: links elsewhere are said to lead elsewhere. */
  workspace: z.object({ id: z.string(), name: z.string(), hosts: z.array(z.string()) }),
  /** [S37] All in which they may work, by name. */
  workspaces: z.array(z.object({ id: z.string(), name: z.string() })),
  queues: z.array(
    z.object({
      id: queueId,
      name: z.string(),
      tier: z.number().int(),
      mine: z.boolean(),
      /** What work must bring along when it comes up from a lower tier. */
      asks: z.array(z.enum(ADDITIONS)),
      ownerName: z.string().nullable(),
      /** Who serves it, by name. */
      agents: z.array(z.object({ id: agentId, name: z.string() })),
    }),
  ),
  replayOrigin: z.string(),
  /** [S25] Where signing out is somebody else's: go there. */
  signOutAt: z.string().nullable(),
});
export type Me = z.infer<typeof meAnswer>;

/** `GET /v1/recordings/:id` */
export const recordingAnswer = z.object({
  recordingId: z.string(),
  startedAt: epochMs.nullable(),
  segments: z.array(segmentRef),
});
export type RecordingManifest = z.infer<typeof recordingAnswer>;

/** `PUT /v1/recordings/:id/segments/:tab/:n?clockAheadMs=` */
export const segmentQuery = z.strictObject({
  /** [X15] By how much the page's clock is ahead of ours; behind is negative. Its events are stored by our clock. */
  clockAheadMs: z.coerce.number().int().min(-8_640_000_000_000_000).max(8_640_000_000_000_000).default(0),
});
export const segmentAnswer = z.object({ stored: z.literal(true), repeated: z.boolean() });

/** `GET /v1/metrics?from=&to=&by=`: conversations that began in [from, to), and what became of them. */
export const metricsQuery = z.strictObject({
  from: z.coerce.number().pipe(epochMs),
  to: z.coerce.number().pipe(epochMs),
  by: z.enum(GROUPINGS),
});
const minutesTaken = z.number().nullable();
export const recordedScenarioAnswer = z.object({
  name: z.string(),
  from: z.string(),
  hours: z.number(),
  queues: z.array(
    z.object({
      name: z.string(),
      handle: z.union([
        z.object({ observed: z.object({ minutes: z.array(z.number()) }) }),
        z.object({ fixed: z.object({ minutes: z.number() }) }),
      ]),
      transfers: z.array(z.object({ to: z.string(), probability: z.number() })),
      /** As in the queue's own settings, with names of queues for their ids; empty for a queue that is gone. */
      settings: z.looseObject({}),
    }),
  ),
  agents: z.array(
    z.object({
      name: z.string(),
      skills: z.array(z.string()),
      capacity: z.number(),
      queues: z.array(z.string()),
      shifts: z.array(z.object({ from: z.string(), to: z.string(), days: z.array(z.string()) })),
    }),
  ),
  recorded: z.array(
    z.object({
      at: z.string(),
      queue: z.string(),
      plan: z.enum(['free', 'pro', 'enterprise']).nullable(),
      severity: z.enum(SEVERITIES),
      contractValue: z.number().nullable(),
      atRisk: z.boolean(),
      openDispute: z.boolean(),
      frustration: z.number().nullable(),
      sentiment: z.number().nullable(),
      repeatContact: z.number().nullable(),
      area: z.string().nullable(),
      renewalInDays: z.number().nullable(),
      failedRequests: z.number().nullable(),
      incident: z.string().nullable(),
      critical: z.boolean(),
      skills: z.array(z.string()),
      handleMinutes: minutesTaken,
      patienceMinutes: minutesTaken,
    }),
  ),
  promises: slaPolicySchema,
  calendars: z.array(namedCalendar),
  incidents: z.array(z.object({ title: z.string(), area: z.string().nullable(), from: z.string(), to: z.string() })),
});

/** `low` and `high`: 95 % Wilson interval. All three are null when the denominator is 0. */
const rate = z.object({
  numerator: z.number().int(),
  denominator: z.number().int(),
  rate: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
});
const spread = z.object({ count: z.number().int(), medianMs: z.number().nullable(), p90Ms: z.number().nullable() });
export const metricsRow = z.object({
  /** The group's name, empty for conversations that were never classified. */
  key: z.string(),
  /** The denominator of the escalation rate. */
  conversations: z.number().int(),
  escalations: z.number().int(),
  escalationRate: rate,
  misEscalationRate: rate,
  abandonmentRate: rate,
  timeToEscalation: spread,
  timeToFirstResponse: spread,
  resolutionTime: spread,
});
export const metricsAnswer = z.object({
  from: epochMs,
  to: epochMs,
  by: z.enum(GROUPINGS),
  total: metricsRow,
  groups: z.array(metricsRow),
  /** One row per UTC day, `key` is the ISO date; days without conversations are there with zeros. */
  days: z.array(metricsRow),
  /** Per pair of queues and kind of move; bounced is what came straight back. */
  moves: z.array(
    z.object({
      from: z.string(),
      to: z.string(),
      kind: z.enum(HOP_KINDS).exclude(['handoff']),
      bounced: rate,
      backAfter: spread,
    }),
  ),
});
export type MetricsAnswer = z.infer<typeof metricsAnswer>;

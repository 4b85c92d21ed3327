import { z } from 'zod';
import { ack, nack, upHeader } from './common.ts';
import { guideOutcome, guideStepNumber } from './guide.ts';
import { breadcrumb, MAX_CRUMBS_PER_FRAME, page } from './page.ts';
import { epochMs, messageText, tabId } from './primitives.ts';
import { contactWish, sharedEntry } from './transcript.ts';

/** Visitor → ConversationObject. */
export const visitorUp = z.discriminatedUnion('type', [
  /** First frame on a socket. `cursor` is the highest seq this client holds, 0 when it holds none. */
  z.strictObject({
    ...upHeader,
    type: z.literal('hello'),
    protocol: z.number().int(),
    cursor: z.number().int().min(0),
    tab: tabId,
    /** The browser's Global Privacy Control. */
    gpc: z.boolean().optional(),
  }),
  z.strictObject({ ...upHeader, type: z.literal('message.send'), text: messageText }),
  z.strictObject({ ...upHeader, type: z.literal('person.request') }),
  z.strictObject({ ...upHeader, type: z.literal('person.decline') }),
  /** Out of the line: a person is needed no longer. */
  z.strictObject({ ...upHeader, type: z.literal('person.withdraw') }),
  /** How the visitor wants the answer. The newest counts. */
  z.strictObject({ ...upHeader, type: z.literal('contact.wish'), wish: contactWish }),
  /** [X12] Support may see the recording, or may not any longer. */
  z.strictObject({ ...upHeader, type: z.literal('recording.share'), shares: z.boolean() }),
  /** [C11] The guide of the answer with the seq `answer` is over, at this step. */
  z.strictObject({
    ...upHeader,
    type: z.literal('guide.end'),
    answer: z.number().int().min(1),
    outcome: guideOutcome,
    step: guideStepNumber,
  }),
  /** Page trail and context. Trails are merged by (tab, n); sending one twice changes nothing. */
  z.strictObject({
    ...upHeader,
    type: z.literal('page.update'),
    page,
    trail: z.array(breadcrumb).max(MAX_CRUMBS_PER_FRAME),
  }),
  z.strictObject({ ...upHeader, type: z.literal('read'), seq: z.number().int().min(0) }),
  z.strictObject({ ...upHeader, type: z.literal('typing') }),
]);
export type VisitorUp = z.infer<typeof visitorUp>;

/** ConversationObject → visitor. */
export const visitorDown = z.discriminatedUnion('type', [
  ack,
  nack,
  z.object({
    type: z.literal('welcome'),
    protocol: z.number().int(),
    conversationId: z.string(),
    status: z.enum(['open', 'waiting', 'resolved']),
    head: z.number().int(),
    readSeq: z.number().int(),
    agent: z.object({ id: z.string(), name: z.string() }).nullable(),
    /** The recorder should run and upload when this is not null. */
    record: z.object({ recordingId: z.string() }).nullable(),
  }),
  /** Entries after the cursor, ascending; live ones too. A client drops what it already has by seq. */
  z.object({ type: z.literal('entries'), entries: z.array(sharedEntry) }),
  /** The assistant is writing. Parts are numbered from 0 per turn; the final `message` entry replaces them. */
  z.object({ type: z.literal('assistant.delta'), turn: z.string(), part: z.number().int(), text: z.string() }),
  /** The turn ended without the message that its parts began (the gate said no, or a person takes over): drop the draft. */
  z.object({ type: z.literal('assistant.end'), turn: z.string() }),
  z.object({
    type: z.literal('place'),
    /** 1 is next; null when no longer in line. */
    position: z.number().int().nullable(),
    /** Null when too little is known to say anything honest. */
    estimate: z.object({ lowMs: z.number(), highMs: z.number() }).nullable(),
    agentsAvailable: z.number().int(),
    /** `closed` and `full`: newcomers are kept and told that it will take longer. */
    service: z.enum(['open', 'closed', 'full']),
    /** When somebody is there again; null while somebody is, and when nobody can say. */
    opensAt: epochMs.nullable(),
  }),
  z.object({
    type: z.literal('status'),
    status: z.enum(['open', 'waiting', 'resolved']),
    agent: z.object({ id: z.string(), name: z.string() }).nullable(),
  }),
  z.object({ type: z.literal('record'), recordingId: z.string().nullable() }),
  /** [X12] [X13] Whether support sees the page, and who looks at it now, by name. */
  z.object({
    type: z.literal('sharing'),
    sharing: z.enum(['off', 'ask', 'on', 'stopped']),
    lookers: z.array(z.string()),
  }),
  z.object({ type: z.literal('typing'), name: z.string() }),
]);
export type VisitorDown = z.infer<typeof visitorDown>;

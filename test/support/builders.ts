import type { ConversationState } from '#domain/conversation/conversation.ts';
import type {
  AgentId,
  ConversationId,
  EscalationId,
  QueueId,
  ReservationId,
  VisitorId,
  WorkspaceId,
} from '#domain/ids.ts';
import { DEFAULT_RANK_POLICY, type RankFacts } from '#domain/priority/rank.ts';
import { type AgentMirror, DEFAULT_QUEUE_BEHAVIOUR, type QueueConfig, type WorkSummary } from '#domain/queue/queue.ts';
import type { Proposal } from '#domain/routing/agent.ts';
import { ALWAYS_OPEN } from '#domain/sla/calendar.ts';
import type { SlaTerms } from '#domain/sla/policy.ts';

/** Whole things with one word changed. Ids read as what they name. */
export const NOW = Date.UTC(2026, 10, 24, 9, 0, 0);
export const MINUTE = 60_000;

export const escalationId = (n: number | string) => `esc_${String(n).padStart(8, '0')}` as EscalationId;
export const agentId = (name: string) => `agt_${name.padEnd(8, '0')}` as AgentId;
export const reservationId = (n: number | string) => `rsv_${String(n).padStart(8, '0')}` as ReservationId;

export const someFacts = (changed: Partial<RankFacts> = {}): RankFacts => ({
  tier: null,
  severity: 'normal',
  contractValue: null,
  health: null,
  frustration: null,
  sentiment: null,
  repeatContact: null,
  area: null,
  renewalInDays: null,
  openDispute: null,
  failedRequests: null,
  incident: null,
  isLate: false,
  promiseDueAt: null,
  ...changed,
});

export const someWork = (n: number, changed: Partial<WorkSummary> = {}): WorkSummary => ({
  escalationId: escalationId(n),
  conversationId: `cnv_${String(n).padStart(8, '0')}` as ConversationId,
  ticketNumber: `BTN-${1000 + n}`,
  hop: 1,
  subject: `work ${n}`,
  visitorName: null,
  company: null,
  area: null,
  because: [],
  skills: [],
  ...changed,
});

export const aQueue = (changed: Partial<QueueConfig> = {}): QueueConfig => ({
  id: 'que_billing0' as QueueId,
  name: 'Billing',
  tier: 1,
  ...DEFAULT_QUEUE_BEHAVIOUR,
  rank: DEFAULT_RANK_POLICY,
  ...changed,
});

export const anAgent = (name: string, changed: Partial<AgentMirror> = {}): AgentMirror => ({
  id: agentId(name),
  name,
  version: 1,
  presence: 'available',
  comesBack: false,
  load: 0,
  capacity: 2,
  skills: [],
  serves: true,
  idleSince: 0,
  ...changed,
});

export const aProposal = (n: number, changed: Partial<Proposal> = {}): Proposal => ({
  reservationId: reservationId(n),
  epoch: 1,
  queueId: 'que_billing0' as QueueId,
  queueName: 'Billing',
  work: someWork(n),
  cost: 1,
  wrapUpMs: 0,
  unansweredLimit: 1,
  tier: null,
  terms: [],
  queuedAt: NOW,
  dueAt: NOW + MINUTE,
  offeredAt: NOW,
  expiresAt: NOW + 30_000,
  ...changed,
});

export const aConversation = (changed: Partial<ConversationState> = {}): ConversationState => ({
  workspaceId: 'wsp_00000000' as WorkspaceId,
  id: 'cnv_00000000' as ConversationId,
  number: 1042,
  visitor: {
    id: 'vis_00000000' as VisitorId,
    name: 'Priya',
    email: 'priya@northwind.example',
    attested: true,
    account: {},
    company: 'Northwind',
  },
  status: 'open',
  startedAt: NOW,
  head: 0,
  readSeq: 0,
  turn: null,
  attempts: [],
  about: null,
  escalation: null,
  escalations: 0,
  sla: null,
  before: null,
  wroteBefore: null,
  lastAgent: null,
  offerOpen: false,
  offerRefused: false,
  recordingId: 'rec_00000000' as ConversationState['recordingId'],
  recording: false,
  sharing: 'nothing',
  reasons: null,
  bundle: null,
  ...changed,
});

export const someTerms = (changed: Partial<SlaTerms> = {}): SlaTerms => ({
  policyVersion: 1,
  publishedAt: null,
  targetMinutes: { first_response: 15, next_response: 10, resolution: 480 },
  tierMinutes: {},
  calendar: ALWAYS_OPEN,
  warnAtShare: 0.75,
  pausesForVisitor: true,
  onBreach: { notify: true, rerank: true, sendOn: false },
  ...changed,
});

import { ADDITIONS } from '#domain/escalation/additions.ts';
import { DEFAULT_RANK_POLICY } from '#domain/priority/rank.ts';
import { DEFAULT_ROUTES } from '#domain/routing/choose-queue.ts';
import type { Calendar, OpenWindow } from '#domain/sla/calendar.ts';
import { DEFAULT_SLA_POLICY } from '#domain/sla/policy.ts';
import { DEMO_WORKSPACE } from '../../widget/demo/workspace.ts';
import { derivedId } from '../../worker/storage/ids.ts';
import { demoIntents } from './demo-intents.ts';
import type { SeedArticle } from './seed.ts';

/** The demo's one password; the start page shows it. */
const DEMO_PASSWORD = 'baton-demo-2026';

/** Names of things in the demo workspace. Derived ids, so that seeding twice finds the same rows. */
export type DemoWorkspace = Awaited<ReturnType<typeof demoWorkspace>>;

const QUEUES = [
  { slug: 'billing', name: 'Billing', tier: 1, owner: 'maya@baton.test' },
  { slug: 'general', name: 'General', tier: 1, owner: 'maya@baton.test' },
  { slug: 'technical', name: 'Technical', tier: 1, owner: 'jonas@baton.test' },
  { slug: 'engineering', name: 'Engineering', tier: 3, owner: 'ines@baton.test' },
] as const;
type QueueSlug = (typeof QUEUES)[number]['slug'];

const AGENTS = [
  {
    name: 'Maya Okafor',
    email: 'maya@baton.test',
    role: 'member',
    skills: ['billing'],
    queues: ['billing', 'general'],
  },
  { name: 'Jonas Weber', email: 'jonas@baton.test', role: 'member', skills: ['api'], queues: ['technical', 'general'] },
  { name: 'Ines Duarte', email: 'ines@baton.test', role: 'owner', skills: ['api'], queues: ['engineering'] },
] as const satisfies { name: string; email: string; role: string; skills: string[]; queues: QueueSlug[] }[];

const OFFICE: OpenWindow[] = [{ from: '09:00', to: '18:00' }];
/** There to be chosen. The policy counts around the clock, so that the demo is the same on a Sunday night. */
const DUBLIN_OFFICE: Calendar = {
  kind: 'weekly',
  zone: 'Europe/Dublin',
  week: { monday: OFFICE, tuesday: OFFICE, wednesday: OFFICE, thursday: OFFICE, friday: OFFICE },
  exceptions: [
    { date: '2026-12-25', name: 'Christmas Day', windows: [] },
    { date: '2027-01-01', name: 'New Year’s Day', windows: [] },
  ],
};

/** How many conversations an agent may have at once. */
const CAPACITY = 3;

/** The demo customer as data: a workspace, its queues, the people who answer, and the knowledge base. */
export async function demoWorkspace(texts: readonly SeedArticle[]) {
  const id = await derivedId('workspace', 'demo');
  const queues = await Promise.all(
    QUEUES.map(async ({ owner, ...queue }) => ({
      ...queue,
      id: await derivedId('queue', id, queue.slug),
      settings: { ownerId: await derivedId('agent', 'demo', owner), asks: queue.tier > 2 ? [...ADDITIONS] : [] },
    })),
  );
  const agents = await Promise.all(
    AGENTS.map(async (agent) => ({
      ...agent,
      id: await derivedId('agent', 'demo', agent.email),
      capacity: CAPACITY,
      queueIds: agent.queues.map((slug) => queues.find((queue) => queue.slug === slug)!.id),
    })),
  );
  const articles = await Promise.all(
    texts.map(async (article) => ({ ...article, id: await derivedId('article', id, article.slug) })),
  );
  const { version: _, ...slaPolicy } = DEFAULT_SLA_POLICY;
  return {
    id,
    publicKey: DEMO_WORKSPACE.publicKey,
    name: 'Ledgerline',
    slug: 'ledgerline',
    password: DEMO_PASSWORD,
    signingKey: DEMO_WORKSPACE.signingKey,
    settings: {
      greeting: 'Hi! Ask anything about Ledgerline. What the assistant cannot prove, a person answers.',
      suggestions: ['Why was my card declined?', 'How do I create an API key?', 'Where do I change the VAT number?'],
      capture: 'on_escalation',
      routes: DEFAULT_ROUTES,
    },
    queueConfig: { offerMs: 30_000, cooldownMs: 60_000, rank: DEFAULT_RANK_POLICY },
    calendars: [{ id: 'dublin-office', name: 'Dublin office', calendar: DUBLIN_OFFICE }],
    slaPolicy,
    intents: demoIntents(articles),
    queues,
    agents,
    articles,
  };
}

/** An agent with the names of the queues they serve, as events name them. */
export const namedQueues = (agent: { id: string; queues: readonly QueueSlug[] }): { id: string; queues: string[] } => ({
  id: agent.id,
  queues: QUEUES.filter(({ slug }) => agent.queues.includes(slug)).map(({ name }) => name),
});

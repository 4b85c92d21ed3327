import { z } from 'zod';
import { labelOf } from '#domain/bundle/assemble.ts';
import { SEVERITIES } from '#domain/escalation/escalation.ts';
import type { EpochMs } from '#domain/ids.ts';
import { areaOfPath } from '#domain/page/page.ts';
import { REPEAT_WITHIN_MS } from '#domain/priority/rank.ts';
import { isArea } from '#domain/queue/incident.ts';
import type { KnownThen } from '#domain/simulation/recorded-scenario.ts';
import { PAGE_SIGNALS_WINDOW_MS } from '#domain/timeline/page-signals.ts';

/** Of a stored bundle what ranked its work, as JSON. */
export type BundleColumns = {
  severity: string;
  at: EpochMs;
  account: string;
  triggers: string;
  signals: string;
  page: string;
  failures: string;
  history: string;
};

/** `BundleColumns` of the bundles `b`. */
export const BUNDLE_COLUMNS = `b.body ->> 'severity' as severity, b.body ->> 'assembledAt' as at, b.body -> 'account' as account,
  b.body -> 'triggers' as triggers, b.body -> 'signals' as signals, b.body -> 'page' as page, b.body -> 'failures' as failures,
  b.body -> 'history' as history`;

const fieldOf = <T extends z.ZodType>(value: T) => z.object({ value });

const account = fieldOf(z.array(z.object({ label: z.string(), value: z.string() })));
const signals = fieldOf(z.object({ sentiment: z.number(), frustration: z.object({ value: z.number() }) }));
const page = fieldOf(z.object({ path: z.string() }));
const history = fieldOf(z.array(z.object({ at: z.number() })));
const failures = fieldOf(z.object({ requests: z.array(z.object({ at: z.number() })) }));
const triggers = fieldOf(
  z.object({
    trace: z.array(
      z.object({
        actions: z.array(
          z.object({
            fired: z.boolean(),
            action: z.object({ do: z.string(), skill: z.string().optional(), class: z.number().optional() }),
          }),
        ),
      }),
    ),
  }),
);

/** What a field says, or null where it is missing: what cannot be read there was not known. */
function read<T>(schema: z.ZodType<{ value: T }>, json: string | null): T | null {
  const parsed = schema.safeParse(json === null ? null : JSON.parse(json));
  return parsed.success ? parsed.data.value : null;
}

/** [V8] What was known at a hand-over, as its bundle shows it to agents. */
export function knownThen(row: BundleColumns): KnownThen {
  const facts = new Map((read(account, row.account) ?? []).map(({ label, value }) => [label, value]));
  const told = (name: string) => facts.get(labelOf(name)) ?? null;
  const number = (name: string) => {
    const text = told(name);
    return text !== null && text !== '' && Number.isFinite(Number(text)) ? Number(text) : null;
  };
  const fired = (read(triggers, row.triggers)?.trace ?? []).flatMap(({ actions }) =>
    actions.flatMap(({ action, fired }) => (fired ? [action] : [])),
  );
  const plan = told('tier');
  const felt = read(signals, row.signals);
  const area = areaOfPath(read(page, row.page)?.path ?? '/');
  const requests = read(failures, row.failures)?.requests;
  const earlier = read(history, row.history);
  const at = Number(row.at);
  return {
    plan: plan === 'free' || plan === 'pro' || plan === 'enterprise' ? plan : null,
    severity: SEVERITIES.find((one) => one === row.severity) ?? 'normal',
    contractValue: number('contract_value'),
    atRisk: told('health') === 'at_risk',
    openDispute: told('open_dispute') === 'true',
    frustration: felt?.frustration.value ?? null,
    sentiment: felt?.sentiment ?? null,
    // Counted as rank counts: those of the last days, and of the last minutes.
    repeatContact: earlier?.filter((one) => one.at > at - REPEAT_WITHIN_MS).length ?? null,
    area: area !== null && isArea(area) ? area : null,
    renewalInDays: number('renewal_in_days'),
    failedRequests: requests?.filter((one) => one.at <= at && one.at > at - PAGE_SIGNALS_WINDOW_MS).length ?? null,
    incident: told('incident') || null,
    critical: fired.some((action) => action.do === 'set_class' && action.class === 0),
    skills: [...new Set(fired.flatMap((action) => (action.do === 'add_skill' ? (action.skill ?? []) : [])))],
  };
}

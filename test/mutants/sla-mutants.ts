import type { Mutant } from './mutants.ts';

const TIME = 'worker/domain/sla/business-time.ts';
const ZONE = 'worker/domain/sla/zone.ts';
const CALENDAR = 'worker/domain/sla/calendar.ts';
const CLOCK = 'worker/domain/sla/clock.ts';
const TARGETS = 'worker/domain/sla/targets.ts';
const TALK_PROMISES = 'worker/domain/conversation/promises.ts';
const ENTRY = 'worker/domain/conversation/entry.ts';
const TALK_OBJECT = 'durable-objects/conversation-object.ts';
const DELIVERY = 'durable-objects/conversation-delivery.ts';

const plant =
  (suite: Mutant['suite']) =>
  (name: string, file: string, from: string, to: string): Mutant => ({
    name: `promises: ${name}`,
    file,
    from,
    to,
    suite,
  });
const kernel = plant('promises');
const object = plant('promise_object');

export const SLA_MUTANTS: Mutant[] = [
  kernel(
    'more urgent work may be promised nothing',
    'worker/domain/sla/policy-problems.ts',
    '(minutes[severity] ?? Number.POSITIVE_INFINITY) <= before',
    '(minutes[severity] ?? 0) <= before',
  ),
  kernel(
    'what makes no sense is let in',
    'worker/protocol/sla.ts',
    'z.object(promised).superRefine(calendarsAreThere).superRefine(promisesMakeSense);',
    'z.object(promised).superRefine(calendarsAreThere);',
  ),
  kernel('another calendar begins the time anew', CLOCK, 'let sum = clock.carriedMs;', 'let sum = 0;'),
  kernel('what was carried is still to be waited for', CLOCK, 'let left = ms - clock.carriedMs;', 'let left = ms;'),
  kernel(
    'another calendar counts from when it is known',
    TARGETS,
    'isPublished ? Math.min(now, terms.publishedAt as EpochMs) : now',
    'now',
  ),
  kernel(
    'another calendar lets a clock run that stood',
    CLOCK,
    '{ state: before.state, from: at }',
    "{ state: 'running', from: at }",
  ),
  object(
    'nobody knows since when promises are in force',
    'worker/storage/sla.ts',
    'publishedAt: active?.at ?? null',
    'publishedAt: 0',
  ),
  kernel('last night’s shift is forgotten', TIME, 'let day = zone.dayOf(from) - 1;', 'let day = zone.dayOf(from);'),
  kernel('windows that overlap count twice', TIME, '      reached = closes;\n', ''),
  kernel('what is due at close rolls to the next opening', TIME, 'if (to - from >= left) {', 'if (to - from > left) {'),
  kernel(
    'the walk does not stop where it has arrived',
    TIME,
    'if (!visit(opens, closes)) return;',
    'visit(opens, closes);',
  ),
  kernel('the clock never changes', ZONE, 'if (startOf(day + 1) - start === DAY_MS) return', 'return'),
  kernel('a time that comes twice is its second', ZONE, "{ disambiguation: 'earlier' }", "{ disambiguation: 'later' }"),
  kernel(
    'a skipped time is carried on',
    ZONE,
    "return first.getTimeZoneTransition('next')?.epochMilliseconds ?? first.epochMilliseconds;",
    'return local.toZonedDateTime(id).epochMilliseconds;',
  ),
  kernel('the local date is the one of UTC', ZONE, 'while (startOf(day + 1) <= at) day++;', ''),
  kernel('holidays are worked on', CALENDAR, 'hours.exceptions.get(day) ?? ', ''),
  kernel('the week begins a day early', CALENDAR, '(((day + 3) % 7)', '(((day + 4) % 7)'),
  kernel('no window goes over midnight', CALENDAR, 'closes > opens ? closes : closes + DAY_MINUTES', 'closes'),
  kernel(
    'a clock falls due while it stands still',
    CLOCK,
    'if (reached.ok && (to === null || reached.at <= to))',
    'if (reached.ok)',
  ),
  kernel('what elapsed before a pause is forgotten', CLOCK, '    left -= businessTimeBetween(hours, from, to);\n', ''),
  kernel('a paused clock runs', CLOCK, "if (state === 'running') yield", 'yield'),
  kernel(
    'a clock set back ends a segment before it began',
    CLOCK,
    'Math.max(at, clock.segments.at(-1)?.from ?? at)',
    'at',
  ),
  kernel(
    'a warning is told again',
    TARGETS,
    'const warnedAt = isWarned ? now : target.warnedAt;',
    'const warnedAt = target.warnedAt;',
  ),
  kernel('a breach is told again', TARGETS, "if (target.state !== 'pending') return target;", ''),
  kernel(
    'what was late before the end is not told',
    TARGETS,
    'const before = settle(sla, now);',
    'const before = { sla, told: [] as SlaTold[] };',
  ),
  kernel(
    'due at the instant of the reply is in time',
    TARGETS,
    'if (dueAt !== null && dueAt <= until)',
    'if (dueAt !== null && dueAt < until)',
  ),
  kernel('the next reply is promised before the first', TARGETS, "isOwed(sla, 'first_response') || ", ''),
  kernel('every message begins the promise anew', TARGETS, " || isOwed(sla, 'next_response')", ''),
  kernel('promises have no number', TARGETS, '(before?.ordinal ?? 0) + 1', '1'),
  kernel(
    'a reply is the end of the work',
    TARGETS,
    "stop(sla, now, ({ metric }) => metric !== 'resolution' && metric !== 'tier')",
    'stop(sla, now, () => true)',
  ),
  kernel('the end waits whatever the policy', TARGETS, 'sla.terms.pausesForVisitor ? ', 'true ? '),
  kernel(
    'a warning is judged again',
    TARGETS,
    'const warning = target.warnedAt === null ? warningOf(sla.terms, target) : null;\n    const isWarned',
    'const warning = warningOf(sla.terms, target);\n    const isWarned',
  ),
  kernel(
    'new terms reach nothing that is under way',
    TALK_PROMISES,
    'terms === null ? sla : withTerms(sla, terms, now), now, happens',
    'sla, now, happens',
  ),
  kernel('a breach is noted against the rule', TALK_PROMISES, 'if (onBreach.notify) ', ''),
  kernel('a breach moves rank against the rule', TALK_PROMISES, 'if (onBreach.rerank) ', ''),
  kernel('promises of another escalation count', TALK_PROMISES, 'sla.escalationId !== escalation.id', 'false'),
  kernel('the visitor reads of the breach', ENTRY, "  'sla_breached',\n", ''),
  object('no alarm for promises', TALK_OBJECT, 'state?.sla == null ? null : nextSlaDeadline(state.sla),', 'null,'),
  object('a breach is judged by settings from memory', TALK_OBJECT, '(isDue ? loadDeskFresh : loadDesk)', '(loadDesk)'),
  object('late work keeps its rank', DELIVERY, 'isLate: isLate(state, escalation),', 'isLate: false,'),
  object(
    'a state of an older deploy is taken as it is',
    'durable-objects/stored/conversation.ts',
    'readSla(value ?? null)',
    'value as never',
  ),
  kernel(
    'who answers for it is not told',
    TALK_PROMISES,
    "notice(state, escalation, { ...told, what: 'warned' }, now)",
    '',
  ),
  kernel('a notice is never over', TALK_PROMISES, '...moved, ...overNow(sla, advanced)];', '...moved];'),
  {
    name: 'a queue’s own clock goes on where the work is passed on',
    file: 'worker/domain/sla/targets.ts',
    from: 'return { ...resumed, targets: [...ended, next] };',
    to: 'return resumed;',
    suite: 'promises',
  },
  object(
    'a warning is shown again to who has seen it',
    'worker/domain/sla/notice.ts',
    "known === null || (known.what === 'warned' && next.what === 'breached');",
    'true;',
  ),
];

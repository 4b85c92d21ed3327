import type { Mutant } from './mutants.ts';

const COSTS = 'worker/domain/confidence/answer-costs.ts';
const MAP = 'worker/domain/confidence/outcome-map.ts';
const SETTLED = 'worker/domain/confidence/settled-answers.ts';
const TURN = 'worker/assist/turn.ts';
const JUDGE = 'worker/assist/judge.ts';
const TURNS = 'worker/domain/conversation/turns.ts';
const OUTLOOK = 'worker/assist/outlook.ts';
const STORED = 'worker/storage/answer-outcomes.ts';

const pure = (name: string, file: string, from: string, to: string): Mutant => ({
  name: `confidence: ${name}`,
  file,
  from,
  to,
  suite: 'confidence',
});
const whole = (name: string, file: string, from: string, to: string): Mutant => ({
  ...pure(name, file, from, to),
  suite: 'answer_costs',
});

/** Planted bugs of how sure the assistant must be, and of what it learns from its answers. */
export const CONFIDENCE_MUTANTS: Mutant[] = [
  pure('frustration makes nothing dearer', COSTS, 'costs.wrongMinutes * (1 + felt)', 'costs.wrongMinutes'),
  pure(
    'the line makes nothing dearer',
    COSTS,
    'costs.handoverMinutes + costs.waitWeight * wait',
    'costs.handoverMinutes',
  ),
  pure(
    'a wait has no end',
    COSTS,
    'Math.min(MAX_WAIT_MINUTES, Math.max(0, waitMinutes ?? 0))',
    'Math.max(0, waitMinutes ?? 0)',
  ),
  pure(
    'a wrong answer is handed over to nobody',
    COSTS,
    'wrong / (wrong + handover)',
    'wrong / (wrong + handover * 2)',
  ),
  pure('the least of the plan is none', COSTS, 'return least > byCost', 'return least > 1'),
  pure('few outcomes decide', MAP, 'outcomes.length < LEAST_OUTCOMES', 'outcomes.length < 1'),
  pure('no topic has a map of its own', MAP, 'if (rows.length >= LEAST_IN_GROUP)', 'if (rows.length < 0)'),
  pure('a handful is a map of its own', MAP, 'rows.length >= LEAST_IN_GROUP', 'rows.length >= 1'),
  pure(
    'surer may be worse',
    MAP,
    'Math.max(LEAST_SLOPE, at.slope - share * step.slope)',
    'at.slope - share * step.slope',
  ),
  pure('a map is as good as it is on its own rows', MAP, 'i % FOLDS !== fold));', 'i >= 0));'),
  pure('names that objects have are topics', MAP, 'Object.hasOwn(groups, group)', 'group in groups'),
  pure(
    'what failed helped',
    SETTLED,
    'if (outcome !== undefined) outcome.helped = false;\n        break;\n      }\n      // They went',
    'break;\n      }\n      // They went',
  ),
  pure(
    'who was handed over was helped',
    SETTLED,
    'if (outcome !== undefined) outcome.helped = false;\n        latest.delete',
    'latest.delete',
  ),
  pure(
    'an older answer is blamed',
    SETTLED,
    "      case 'answer.withheld':\n        latest.delete(conversationId);\n",
    "      case 'answer.withheld':\n",
  ),
  pure('nobody waits for the hour', SETTLED, 'at <= now - SETTLED_AFTER_MS', 'at <= now'),
  pure(
    'rows of one turn count as they come',
    SETTLED,
    ' || COMES.indexOf(a.event.type) - COMES.indexOf(b.event.type)',
    '',
  ),
  pure(
    'outcomes have no say',
    TURN,
    'mapped(input.outcomes, intent?.name ?? null, answerability.confidence)',
    'answerability.confidence',
  ),
  pure(
    'what is needed is not asked',
    JUDGE,
    '...(needed === undefined ? {} : { confidence: needed.confidence }) };',
    '};',
  ),
  pure(
    'a map is made of a map',
    TURNS,
    'attempt.verdict.stated ?? attempt.verdict.confidence',
    'attempt.verdict.confidence',
  ),
  pure('what was held back was said', TURNS, "isSaid ? 'answer.sent' : 'answer.withheld'", "'answer.sent'"),
  whole('each turn asks the queue', OUTLOOK, 'at - known.askedAt < FRESH_MS', 'false'),
  whole('an outlook of long ago counts', OUTLOOK, 'at - known.at < STALE_MS', 'true'),
  whole('maps are made each minute', STORED, 'now - MAPS_EVERY_MS', 'now'),
  whole('an older map takes the place of a newer', STORED, ' where excluded.made_at > made_at', ''),
  whole(
    'the desk knows no outcomes',
    'worker/assist/desk.ts',
    '      outcomes,\n',
    '      outcomes: { all: { slope: 1, offset: 0 }, groups: {}, outcomes: 0 },\n',
  ),
  whole(
    'costs are changed over somebody else’s',
    'worker/storage/answer-costs.ts',
    "coalesce(json_extract(settings, '$.answerCostsRevision'), 0) = ?2",
    '?2 >= 0',
  ),
  whole(
    'with nobody there nobody waits',
    'durable-objects/queue-places.ts',
    'if (agentsAvailable === 0) return { waiting, waitMinutes: MAX_WAIT_MINUTES };',
    '',
  ),
];

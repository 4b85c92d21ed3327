import type { Mutant } from './mutants.ts';

const RANK = 'worker/domain/priority/rank.ts';
const RANKED = 'worker/domain/queue/ranked.ts';
const CHOOSE = 'worker/domain/routing/choose-agent.ts';
const SCORE = 'worker/domain/routing/match-score.ts';

/** By the histories alone: these are what the reference model counts by itself. */
const planted = (name: string, file: string, from: string, to: string): Mutant => ({
  name,
  file,
  from,
  to,
  suite: 'histories',
});

export const RANK_MUTANTS: Mutant[] = [
  planted(
    'a fraction of a minute is a fraction of a millisecond',
    RANK,
    'Math.round(minutes * MINUTE_MS)',
    'minutes * MINUTE_MS',
  ),
  // The sum.
  planted(
    'an account at risk is no reason',
    RANK,
    "adjust(facts.health === 'at_risk', 'account at risk', policy.atRiskMinutes);",
    '',
  ),
  planted(
    'only beyond the bound is frustrated',
    RANK,
    'facts.frustration >= frustrated.over',
    'facts.frustration > frustrated.over',
  ),
  planted(
    'the tone is no reason',
    RANK,
    "adjust(facts.sentiment !== null && facts.sentiment <= unhappy.below, 'unhappy tone', unhappy.minutes);",
    '',
  ),
  planted(
    'who wrote often is forward without end',
    RANK,
    'Math.min((facts.repeatContact ?? 0) * repeatContact.minutesEach, repeatContact.atMost)',
    '(facts.repeatContact ?? 0) * repeatContact.minutesEach',
  ),
  planted('a contract at the bound counts', RANK, 'facts.contractValue > contract', 'facts.contractValue >= contract'),
  planted(
    'a renewal today is none',
    RANK,
    'facts.renewalInDays >= 0 && facts.renewalInDays <= renewalWithin.days',
    'facts.renewalInDays > 0 && facts.renewalInDays <= renewalWithin.days',
  ),
  planted(
    'a broken promise is no reason',
    RANK,
    "adjust(facts.isLate, 'promise broken'",
    "adjust(facts.isLate && facts.severity === 'low', 'promise broken'",
  ),
  planted(
    'an incident without a name of the host is none',
    RANKED,
    'facts.incident ?? incidentAt(facts.area, incidents)',
    'facts.incident',
  ),
  planted('strict order does not hurry', RANK, 'BY_SEVERITY[hurried(facts)]', 'BY_SEVERITY[facts.severity]'),
  planted(
    'minutes given do not count in strict order',
    RANKED,
    'entry.queuedAt + wholeMs(minutesOf(entry.raises))',
    'entry.queuedAt',
  ),
  // Who is asked.
  planted('the choice is ignored', CHOOSE, 'byChoice(a, b, choice, needs) ||', ''),
  planted('the fullest first', CHOOSE, 'return loadRatio(a) - loadRatio(b);', 'return loadRatio(b) - loadRatio(a);'),
  planted('spare room as a share', CHOOSE, 'return spare(b) - spare(a);', 'return loadRatio(a) - loadRatio(b);'),
  planted(
    'the worst match first',
    CHOOSE,
    'skillScore(b, needs) - skillScore(a, needs)',
    'skillScore(a, needs) - skillScore(b, needs)',
  ),
  planted('beyond what is asked counts as what is asked', SCORE, 'return logistic(beyond);', 'return logistic(0);'),
  planted(
    'round and round the same',
    CHOOSE,
    'return a.record.lastOfferedAt - b.record.lastOfferedAt;',
    'return b.record.lastOfferedAt - a.record.lastOfferedAt;',
  ),
  planted('nobody notes who was asked', 'worker/domain/queue/match.ts', 'lastOfferedAt: now }', 'lastOfferedAt: 0 }'),
  // Other settings.
  planted(
    'other settings leave the rank as it was',
    RANKED,
    '...ranked(entry, config),\n    stepsTaken,',
    '...entry,\n    stepsTaken,',
  ),
  planted(
    'other settings leave the line as it was',
    RANKED,
    '    needsKey: needsKeyOf(entry.skills, relaxed, config.path, stepsTaken),\n',
    '',
  ),
  planted(
    'on another path everything stands at the beginning',
    RANKED,
    'sameWayOn(entry.stepsTaken, before.path, config.path)',
    '0',
  ),
  planted(
    'steps that count as taken drop nothing',
    RANKED,
    'relaxedBy(entry.skills, entry.relaxed, config.path, stepsTaken)',
    'entry.relaxed',
  ),
  // Whom the simulator ranks.
  {
    name: 'simulated people are calm',
    file: 'test/eval/scenario-file.ts',
    from: 'frustration: who.frustration,',
    to: 'frustration: null,',
    suite: 'scenario',
  },
  {
    name: 'conversations of long ago are the same trouble in a scenario',
    file: 'worker/storage/known-then.ts',
    from: 'one.at > at - REPEAT_WITHIN_MS',
    to: 'one.at > 0',
    suite: 'scenario',
  },
  {
    name: 'requests that failed long before are the page’s last minutes in a scenario',
    file: 'worker/storage/known-then.ts',
    from: ' && one.at > at - PAGE_SIGNALS_WINDOW_MS',
    to: '',
    suite: 'scenario',
  },
];

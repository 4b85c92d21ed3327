/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is code, looked for and put in as text */
import type { Mutant } from './mutants.ts';

const OUTBOX = 'durable-objects/outbox.ts';
const QUEUE_OBJECT = 'durable-objects/queue-object.ts';

const silent = (name: string, file: string, from: string, to: string): Mutant => ({
  name: `silent database: ${name}`,
  file,
  from,
  to,
  suite: 'silent',
});

const supervised = (name: string, file: string, from: string, to: string): Mutant => ({
  name: `supervision: ${name}`,
  file,
  from,
  to,
  suite: 'supervision',
});
const facts = (name: string, from: string, to: string): Mutant => ({
  name: `rank: ${name}`,
  file: 'durable-objects/conversation-delivery.ts',
  from,
  to,
  suite: 'facts',
});
const heard = (name: string, file: string, from: string, to: string): Mutant => ({
  name: `heard while waiting: ${name}`,
  file,
  from,
  to,
  suite: 'heard',
});
const HEARD = 'worker/domain/conversation/heard.ts';
const HEAR = 'worker/assist/hear.ts';
const DELIVERY = 'durable-objects/conversation-delivery.ts';
const ANSWERED = 'durable-objects/answered-frames.ts';

export const DELIVERY_MUTANTS: Mutant[] = [
  {
    ...heard(
      'nobody is ranked whom the assistant cannot read',
      DELIVERY,
      "    console.error(JSON.stringify({ at: 'heard', message: faultText(cause) }));\n    return null;",
      '    throw cause;',
    ),
    suite: 'facts',
  },
  heard(
    'silence: a message for which somebody came is one',
    'worker/domain/conversation/silence.ts',
    "if (entry.type === 'escalated') return false;",
    '',
  ),
  heard(
    'silence: who waits is kept waiting in silence',
    'worker/domain/conversation/silence.ts',
    'if (before !== undefined && BRINGS[before.type] === true) return false;',
    '',
  ),
  heard(
    'silence: said twice it is said twice',
    'worker/domain/conversation/decide.ts',
    'if (missed === wasMissed) return ok();',
    '',
  ),
  heard(
    'silence: anything may be marked',
    'worker/domain/conversation/decide.ts',
    'if (!isSilence) return',
    'if (message < 0) return',
  ),
  heard('who calms down is less urgent', HEARD, 'worse(escalation.severity, heard.severity)', 'heard.severity'),
  heard('class 0 is left again', HEARD, 'Math.min(escalation.class, heard.class) as 0 | 1', 'heard.class'),
  heard('whoever has it is told anew', HEARD, "escalation?.state !== 'queued' ||", 'escalation === null ||'),
  heard(
    'agents are not told',
    HEARD,
    "entry({ type: 'raised', severity, class: rankClass, because: heard.because }),",
    '',
  ),
  heard('the promise stays', HEARD, '(sla) => sla, terms)', '(sla) => sla)'),
  heard('what was asked is not kept', HEARD, 'return ok(kept);', 'return ok();'),
  heard('a page without effect is kept', HEARD, 'if (said === null && !isRaised) return ok();', ''),
  heard('the bundle stays as it was', HEARD, '{ ...bundle, severity }', 'bundle'),
  heard(
    'a message has no number',
    'worker/domain/conversation/decide.ts',
    'rerankWhileWaiting(state, messageSeq)',
    'rerankWhileWaiting(state)',
  ),
  heard(
    'a class alone is no change',
    'worker/domain/queue/line.ts',
    'before.class === after.class && before.sortAt',
    'before.sortAt',
  ),
  heard(
    'the queue takes whatever class it is told',
    'worker/domain/queue/decide.ts',
    'Math.min(entry.class, command.class ?? entry.class) as 0 | 1',
    'command.class ?? entry.class',
  ),
  {
    ...heard('the queue does not hear of the class', DELIVERY, '    escalation.class,\n  );', '  );'),
    suite: 'offers',
  },
  {
    ...heard('nobody asks', DELIVERY, 'if (heard === null) return', 'if (heard !== null) return'),
    suite: 'offers',
  },
  { ...heard('any trigger is a reason', HEAR, 'fired && isUrgency(action, decision)', 'fired'), suite: 'offers' },
  facts('what was seen fades while they wait', 'now - since + PAGE_SIGNALS_WINDOW_MS', 'PAGE_SIGNALS_WINDOW_MS'),
  facts('only the latest words are felt', 'felt.slice(-FELT_IN)', 'felt.slice(-1)'),
  {
    ...facts('a page that fails ranks nobody anew', "fresh.some(({ kind }) => kind === 'request_failed')", 'false'),
    file: 'durable-objects/conversation-object.ts',
  },
  supervised(
    'a frame that was refused is tried again',
    QUEUE_OBJECT,
    'outcome(choice.refused);',
    "if (choice.refused === null) outcome(null); else throw new FrameRefused('conflict', choice.refused.message);",
  ),
  supervised('a repeat does not wait for the first', ANSWERED, 'await this.#underWay.get(frame)?.catch(() => {});', ''),
  supervised('ids are everybody’s', QUEUE_OBJECT, 'const key = `${by.id}/${frame.id}`;', 'const key = frame.id;'),
  supervised('who loses an offer is not told why', 'durable-objects/queue-effects.ts', "    case 'withdrawn':\n", ''),
  supervised(
    'an offer that is taken back stands in no history',
    QUEUE_OBJECT,
    "if (refused === null && before?.state === 'reserved') {",
    "if (refused === null && before?.state === 'assigned') {",
  ),
  {
    name: 'supervision: what nobody has is taken back with a yes',
    file: 'worker/domain/queue/decide.ts',
    from: "if (entry.state === 'queued') return refuse('nobody_has_it', 'Nobody has this work; it is in line.');",
    to: "if (entry.state === 'queued') return accepted();",
    suite: 'kernel',
  },
  {
    name: 'supervision: an offer that was taken back is made to the same agent again',
    file: 'worker/domain/queue/offer.ts',
    from: "|| because === 'withdrawn')) {",
    to: ')) {',
    suite: 'kernel',
  },
  silent('people wait for the records', OUTBOX, "if (lane !== 'work') beside(run);", "if (lane !== 'work') await run;"),
  silent(
    'a batch is waited for for ever',
    OUTBOX,
    "await (lane === 'record' ? within(RECORD_WITHIN_MS, delivering, 'the database') : delivering);",
    'await delivering;',
  ),
  silent(
    'a queue’s clock waits for the look at who sits there',
    QUEUE_OBJECT,
    'this.ctx.waitUntil(this.#look().then(() => this.#arm(Date.now())));',
    'await this.#look();',
  ),
  silent(
    'an agent’s report waits for the look at who sits there',
    'durable-objects/agent-object.ts',
    'this.ctx.waitUntil(this.#recheckByItself());',
    'await this.#recheckByItself();',
  ),
  silent(
    'who comes waits for what was before',
    'durable-objects/conversation-object.ts',
    "await within(BEFORE_WITHIN_MS, reading, 'the database');",
    'await reading;',
  ),
  silent(
    'who cannot read what is in force does nothing',
    'worker/assist/desk.ts',
    '    gaveUpAt.set(workspaceId, Date.now());\n    return known;',
    '    throw cause;',
  ),
];

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

export const DELIVERY_MUTANTS: Mutant[] = [
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

import MiniSearch from 'minisearch';
import { buildKnowledge, type Knowledge, retrieve } from '../../../worker/assist/knowledge.ts';
import { classifyWithReasons, type IntentModel, readModel } from '../../../worker/assist/triage/model.ts';
import { type Pieces, someOf } from '../../../worker/assist/triage/pieces.ts';
import { training } from '../../../worker/assist/triage/train.ts';
import { findWishForPerson } from '../../../worker/assist/wants-person.ts';
import { articles, questions, rowsToTrain } from './fixture.ts';

const QUESTIONS = questions(400);

let learning: Pieces<Uint8Array> | null = null;
let bytes: Uint8Array | null = null;
let model: IntentModel | null = null;
let knowledge: Knowledge | null = null;
let mini: MiniSearch | null = null;

const subjects: Record<string, (question: string) => unknown> = {
  nothing: () => null,
  triage: (question) => classifyWithReasons(model!, question),
  wish: (question) => findWishForPerson(question),
  retrieval: (question) => retrieve(knowledge!, question),
  both: (question) => [subjects.triage!(question), subjects.wish!(question), retrieve(knowledge!, question)],
  minisearch: (question) => mini!.search(question),
};

/** Each call is one turn of the Worker; its clock stands still meanwhile, so whoever calls takes the time. */
const calls: Record<string, (...args: never[]) => unknown> = {
  begin: () => {
    learning = training(rowsToTrain());
    return null;
  },
  /** As much as an alarm does before it lets others have the thread. */
  step: () => {
    const { done, value } = someOf(learning!);
    if (done) bytes = value;
    return done ?? false;
  },
  async finish() {
    model = await readModel(bytes!);
    return { bytes: bytes!.length, hash: model.hash };
  },
  index: () => {
    knowledge = buildKnowledge(articles());
    return knowledge.chunks.length;
  },
  indexMini: () => {
    mini = new MiniSearch({
      fields: ['title', 'body'],
      searchOptions: { boost: { title: 3 }, fuzzy: 0.2, prefix: true },
    });
    mini.addAll(articles());
    return null;
  },
  ask: (subject: string, question: number, times: number) => {
    const run = subjects[subject]!;
    const text = QUESTIONS[question % QUESTIONS.length]!;
    let last: unknown = null;
    for (let i = 0; i < times; i += 1) last = run(text);
    return last === undefined ? null : times;
  },
};

export default {
  async fetch(request) {
    if (request.method !== 'POST') return new Response('ready');
    const { call, args } = (await request.json()) as { call: string; args: never[] };
    return Response.json({ value: await calls[call]!(...args) });
  },
} satisfies ExportedHandler;

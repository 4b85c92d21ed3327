import type { z } from 'zod';
import type { ConversationId, WorkspaceId } from '#domain/ids.ts';
import { isSame } from '#domain/is-same.ts';
import { faultText } from '#domain/redaction/fault.ts';
import {
  type IntentSettings,
  intentLabelAnswer,
  intentLabelled,
  intentsAnswer,
  intentsChange,
  intentTried,
  intentTry,
  MAX_INTENTS_CHARS,
} from '#protocol/intents.ts';
import { conversationId } from '#protocol/primitives.ts';
import { conversationStub, trainingStub } from '../../durable-objects/names.ts';
import { intentProblems } from '../assist/triage/intent-problems.ts';
import { classifyWithReasons, readKeptModel } from '../assist/triage/model.ts';
import { withoutWish } from '../assist/wants-person.ts';
import { wordsToLearn } from '../assist/words-to-learn.ts';
import type { Env } from '../env.ts';
import { ProblemError } from '../middleware/problems.ts';
import { articlesOf } from '../storage/articles.ts';
import { conversationById } from '../storage/conversations.ts';
import {
  activeModel,
  describeModels,
  type IntentsInForce,
  intentLabelOf,
  intentSources,
  intentsOf,
  putIntentLabel,
  saveIntents,
} from '../storage/intents.ts';
import { type Api, param } from './api.ts';

/** Letters outside ASCII take more than a byte. */
const MAX_INTENTS_BYTES = 3 * MAX_INTENTS_CHARS;

/** [G26] [G27] What visitors want: told by admins, corrected by whoever answers, learnt where nobody waits. */
export function addIntents(api: Api): void {
  const shared = { access: 'agent', keys: 'intents', least: 'viewer', tag: 'Agent' } as const;

  api.add(
    {
      ...shared,
      method: 'get',
      path: '/v1/intents',
      summary: 'What visitors want, and the model that tells it',
      answer: intentsAnswer,
    },
    async (c) => c.json(await answerOf(c.env, c.get('agent').workspaceId)),
  );

  api.add(
    {
      ...shared,
      method: 'put',
      path: '/v1/intents',
      least: 'admin',
      deed: 'change what visitors want',
      summary: 'Change what visitors want',
      description:
        'Owners and admins. A model is trained from it within a minute, and takes the place of the one in use unless it is worse on the labels that agents gave. `revision` is the one that the change was made from; when it is no longer the one in force, the answer is 409 and nothing has changed.',
      body: intentsChange,
      maxBodyBytes: MAX_INTENTS_BYTES,
      answer: intentsAnswer,
    },
    async (c, { body: { revision: from, intents } }) => {
      const { workspaceId, id: by, name } = c.get('agent');
      const articles = await articlesOf(c.env.DB, workspaceId);
      const problems = intentProblems(intents, new Set(articles.map(({ slug }) => slug)));
      if (JSON.stringify(intents).length > MAX_INTENTS_CHARS)
        problems.push({ path: '', message: `together they are longer than ${MAX_INTENTS_CHARS} characters.` });
      if (problems.length > 0)
        throw ProblemError.ofIssues(
          problems.map(({ path, message }) => ({ path: path === '' ? 'intents' : `intents.${path}`, message })),
        );
      const before = await intentsOf(c.env.DB, workspaceId);
      const changed = { by, name, at: Date.now() };
      const detail = changeWords(before.intents, intents);
      if (!(await saveIntents(c.env.DB, workspaceId, intents, { from, changed, detail }))) {
        const now = await intentsOf(c.env.DB, workspaceId);
        // [Q14] Sent again because its answer was lost, it is done already.
        if (!(now.revision === from + 1 && now.changed?.by === by && isSame(now.intents, intents))) throw outdated(now);
      }
      await tellTraining(c.env, workspaceId);
      return c.json(await answerOf(c.env, workspaceId));
    },
  );

  api.add(
    {
      ...shared,
      method: 'post',
      path: '/v1/intents/try',
      isRead: true,
      summary: 'What the model in use makes of a message',
      body: intentTry,
      answer: intentTried,
    },
    async (c, { body: { text } }) => {
      const bytes = await activeModel(c.env.DB, c.get('agent').workspaceId);
      const model = bytes === null ? null : await readKeptModel(bytes);
      if (model === null) throw new ProblemError('not_found', 'No model has been trained yet.');
      const { label, confidence, inScope, reasons } = classifyWithReasons(model, withoutWish(text));
      return c.json({ hash: model.hash, name: label, confidence, inScope, reasons } satisfies z.infer<
        typeof intentTried
      >);
    },
  );

  const one = { ...shared, path: '/v1/conversations/:conversationId/intent', params: { conversationId } } as const;

  api.add(
    { ...one, method: 'get', summary: 'What an agent said that a conversation is about', answer: intentLabelAnswer },
    async (c) => {
      const { workspaceId } = c.get('agent');
      const { id } = await theirs(c.env, workspaceId, param<ConversationId>(c, 'conversationId'));
      return c.json(await labelAnswer(c.env, workspaceId, id));
    },
  );

  api.add(
    {
      ...one,
      method: 'put',
      least: 'agent',
      summary: 'Say what a conversation is about',
      description:
        'Whoever answers. Models learn from it; every fifth is kept to judge them by instead. Said anew it takes the place of what was said before. `null` is none of the intents.',
      body: intentLabelled,
      answer: intentLabelAnswer,
    },
    async (c, { body: { intent } }) => {
      const { workspaceId, id: by } = c.get('agent');
      const { id } = await theirs(c.env, workspaceId, param<ConversationId>(c, 'conversationId'));
      const { intents } = await intentsOf(c.env.DB, workspaceId);
      if (intent !== null && !intents.some(({ name }) => name === intent))
        throw ProblemError.ofIssues([{ path: 'intent', message: 'there is no intent of this name.' }]);
      const text = wordsToLearn((await conversationStub(c.env, workspaceId, id).read())?.entries ?? []);
      if (text === null) throw new ProblemError('conflict', 'The visitor has not written anything to learn from.');
      await putIntentLabel(c.env.DB, workspaceId, { conversationId: id, text, intent, by, at: Date.now() });
      await tellTraining(c.env, workspaceId);
      return c.json(await labelAnswer(c.env, workspaceId, id));
    },
  );
}

async function theirs(env: Env, workspaceId: WorkspaceId, id: ConversationId) {
  const row = await conversationById(env.DB, workspaceId, id);
  if (row === null) throw new ProblemError('not_found', 'There is no such conversation.');
  return row;
}

/** [G27] Who cannot be told now is found by the watchdog within a minute. */
async function tellTraining(env: Env, workspaceId: WorkspaceId): Promise<void> {
  await trainingStub(env, workspaceId)
    .learn(workspaceId)
    .catch((cause) => console.warn(JSON.stringify({ at: 'intents', message: faultText(cause) })));
}

async function labelAnswer(
  env: Env,
  workspaceId: WorkspaceId,
  id: ConversationId,
): Promise<z.infer<typeof intentLabelAnswer>> {
  const [label, { intents }] = await Promise.all([
    intentLabelOf(env.DB, workspaceId, id),
    intentsOf(env.DB, workspaceId),
  ]);
  return { label, intents: intents.map(({ name }) => name) };
}

async function answerOf(env: Env, workspaceId: WorkspaceId): Promise<z.infer<typeof intentsAnswer>> {
  const [inForce, models, sources, articles] = await Promise.all([
    intentsOf(env.DB, workspaceId),
    describeModels(env.DB, workspaceId),
    intentSources(env.DB, workspaceId),
    articlesOf(env.DB, workspaceId),
  ]);
  return {
    ...inForce,
    ...models,
    isLearning: inForce.intents.length > 1 && sources.now !== sources.trained,
    labels: sources.labels,
    articles: articles.map(({ slug, title }) => ({ slug, title })),
  };
}

/** What changed, for the log. */
function changeWords(was: readonly IntentSettings[], is: readonly IntentSettings[]): string {
  const before = new Map(was.map((intent) => [intent.name, intent]));
  const after = new Set(is.map(({ name }) => name));
  const added = is.flatMap(({ name }) => (before.has(name) ? [] : [name]));
  const gone = was.flatMap(({ name }) => (after.has(name) ? [] : [name]));
  const changed = is.flatMap((intent) => {
    const old = before.get(intent.name);
    return old === undefined || isSame(old, intent)
      ? []
      : [`${intent.name} ${old.examples.length} → ${intent.examples.length} examples`];
  });
  return [
    ...(added.length > 0 ? [`added ${added.join(', ')}`] : []),
    ...(gone.length > 0 ? [`removed ${gone.join(', ')}`] : []),
    ...changed,
  ].join('; ');
}

/** [Q14] */
const outdated = ({ changed }: IntentsInForce): ProblemError =>
  new ProblemError(
    'conflict',
    `${changed?.name ?? 'Somebody else'} changed what visitors want after you opened it. Nothing of yours was saved; look at the newer intents first.`,
  );

import { outcomeMaps } from '#domain/confidence/outcome-map.ts';
import { settledAnswers } from '#domain/confidence/settled-answers.ts';
import { faultText } from '#domain/redaction/fault.ts';
import { trainingStub } from '../durable-objects/names.ts';
import type { Env } from './env.ts';
import { answerEvents, keepOutcomeMaps, workspacesWithOutcomes } from './storage/answer-outcomes.ts';
import { workspacesToTrain } from './storage/intents.ts';

/** In one minute; the others with the next. */
const MAX_WORKSPACES = 10;

/** [G27] Whoever saved intents, labels or articles may have died before anybody was told: every minute those with something to learn are told again. */
export async function learnIntents(env: Env): Promise<void> {
  for (const workspaceId of await workspacesToTrain(env.DB)) {
    try {
      await trainingStub(env, workspaceId).learn(workspaceId);
    } catch (cause) {
      console.error(JSON.stringify({ at: 'training', workspace: workspaceId, message: faultText(cause) }));
    }
  }
}

/** [G39] Once an hour, where the assistant answered since: what became of its answers says how sure it may be of the next. */
export async function learnFromOutcomes(env: Env, now: number): Promise<void> {
  for (const workspaceId of await workspacesWithOutcomes(env.DB, now, MAX_WORKSPACES)) {
    try {
      const maps = outcomeMaps(settledAnswers(await answerEvents(env.DB, workspaceId, now), now));
      await keepOutcomeMaps(env.DB, workspaceId, maps, now);
    } catch (cause) {
      console.error(JSON.stringify({ at: 'outcomes', workspace: workspaceId, message: faultText(cause) }));
    }
  }
}

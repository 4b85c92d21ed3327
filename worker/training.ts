import { trainingStub } from '../durable-objects/names.ts';
import type { Env } from './env.ts';
import { workspacesToTrain } from './storage/intents.ts';

/** [G27] Whoever saved intents, labels or articles may have died before anybody was told: every minute those with something to learn are told again. */
export async function learnIntents(env: Env): Promise<void> {
  for (const workspaceId of await workspacesToTrain(env.DB)) {
    try {
      await trainingStub(env, workspaceId).learn(workspaceId);
    } catch (cause) {
      console.error(JSON.stringify({ at: 'training', workspace: workspaceId, message: String(cause) }));
    }
  }
}

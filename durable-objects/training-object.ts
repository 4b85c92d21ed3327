import { DurableObject } from 'cloudflare:workers';
import type { WorkspaceId } from '#domain/ids.ts';
import { faultText } from '#domain/redaction/fault.ts';
import { frozenRows, type Intent, type IntentLabel, trainingRows } from '../worker/assist/triage/intent-rows.ts';
import { readKeptModel, readModel } from '../worker/assist/triage/model.ts';
import { type Pieces, someOf } from '../worker/assist/triage/pieces.ts';
import { judgeModel } from '../worker/assist/triage/promotion.ts';
import { training } from '../worker/assist/triage/train.ts';
import type { Env } from '../worker/env.ts';
import { type Article, articlesOf } from '../worker/storage/articles.ts';
import { activeModel, intentLabelsOf, intentSources, intentsOf, keepModel } from '../worker/storage/intents.ts';

/** Whoever saves twice in a row trains once. */
const SOON_MS = 2000;
/** After a failure. */
const AGAIN_MS = 30_000;
/** Of pieces in one alarm, with a pause after each: an alarm must end, and others share the thread. */
const PIECES_PER_ALARM = 100;
/** D1 takes rows of two million bytes; a weight is less than three. */
const MAX_WEIGHTS = 600_000;
/** So many weights an intent are never too many. */
const PLENTY_OF_WEIGHTS = 6000;

type Learnt = { bytes: Uint8Array; examples: number };
type Work = { madeOf: string; pieces: Pieces<Learnt>; frozen: IntentLabel[] };

/**
 * [G26] [G27] Trains a workspace's intents, one object per workspace: in an alarm, in short pieces, where nobody waits. What is under way is in memory only: whoever
 * dies begins again and comes to the same bytes.
 */
export class TrainingObject extends DurableObject<Env> {
  #work: Work | null = null;

  /** There may be something to learn. Told twice is told once. */
  async learn(workspaceId: WorkspaceId): Promise<void> {
    await this.ctx.storage.put('workspaceId', workspaceId);
    if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(Date.now() + SOON_MS);
  }

  override async alarm(): Promise<void> {
    const workspaceId = await this.ctx.storage.get<WorkspaceId>('workspaceId');
    if (workspaceId === undefined) return;
    try {
      this.#work ??= await this.#begin(workspaceId);
      if (this.#work === null) return;
      await this.#goOn(workspaceId, this.#work);
      // What is left, and what was saved meanwhile.
      await this.ctx.storage.setAlarm(Date.now() + 1);
    } catch (cause) {
      this.#work = null;
      console.error(JSON.stringify({ at: 'training', workspace: workspaceId, message: faultText(cause) }));
      await this.ctx.storage.setAlarm(Date.now() + AGAIN_MS);
    }
  }

  /** Null when all has been learnt. */
  async #begin(workspaceId: WorkspaceId): Promise<Work | null> {
    const { DB } = this.env;
    const { now: madeOf, trained } = await intentSources(DB, workspaceId);
    if (madeOf === trained) return null;
    const [{ intents }, articles, labels] = await Promise.all([
      intentsOf(DB, workspaceId),
      articlesOf(DB, workspaceId),
      intentLabelsOf(DB, workspaceId),
    ]);
    if (intents.length < 2) return null;
    return { madeOf, pieces: learning(intents, articles, labels), frozen: frozenRows(labels) };
  }

  async #goOn(workspaceId: WorkspaceId, { pieces, madeOf, frozen }: Work): Promise<void> {
    for (let piece = 0; piece < PIECES_PER_ALARM; piece += 1) {
      const { done, value } = someOf(pieces);
      if (done) {
        this.#work = null;
        return this.#finish(workspaceId, value, madeOf, frozen);
      }
      await scheduler.wait(0);
    }
  }

  async #finish(workspaceId: WorkspaceId, { bytes, examples }: Learnt, madeOf: string, frozen: IntentLabel[]) {
    const next = await readModel(bytes);
    const inUse = await activeModel(this.env.DB, workspaceId);
    // One that cannot be read answers nobody, so there is nothing to be worse than.
    const { isPromoted, ...judged } = judgeModel(next, inUse === null ? null : await readKeptModel(inUse), frozen);
    const model = { hash: next.hash, madeOf, examples, judged, bytes, trainedAt: Date.now() };
    await keepModel(this.env.DB, workspaceId, model, isPromoted);
  }
}

function* learning(
  intents: readonly Intent[],
  articles: readonly Article[],
  labels: readonly IntentLabel[],
): Pieces<Learnt> {
  const rows = yield* trainingRows(intents, articles, labels);
  const most = Math.floor(MAX_WEIGHTS / intents.length);
  const bytes = yield* training(rows, most < PLENTY_OF_WEIGHTS ? most : undefined);
  return { bytes, examples: rows.filter(({ label }) => label !== null).length };
}

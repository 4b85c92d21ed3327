import type { Outlook } from '#domain/confidence/answer-costs.ts';
import type { TurnOutcome } from '#domain/conversation/command.ts';
import type { ConversationState, Turn } from '#domain/conversation/conversation.ts';
import { faultText } from '#domain/redaction/fault.ts';
import { answererOf } from '../worker/assist/answerers/answerer-of.ts';
import { resolvedHigher } from '../worker/assist/coming-back.ts';
import { type Desk, loadDesk } from '../worker/assist/desk.ts';
import { outlookOf } from '../worker/assist/outlook.ts';
import { draftWanted, planTurn, type TurnContext } from '../worker/assist/plan-turn.ts';
import type { Drafted } from '../worker/assist/ports.ts';
import { turnWithoutAssistant } from '../worker/assist/turn-without-assistant.ts';
import type { Env } from '../worker/env.ts';
import { newId } from '../worker/storage/ids.ts';
import { configOf } from '../worker/storage/workspaces.ts';
import { within } from '../worker/within.ts';
import type { ConversationStore } from './conversation-store.ts';
import { agentStub, queueStub } from './names.ts';

/** Words per streamed part and the pause between parts: faster than reading, slow enough to be seen as writing. */
const STREAM_PAUSE_MS = 18;
const STREAM_MAX_PARTS = 60;
/** A turn that fails this often is handed to a person. */
const MAX_TURN_FAILURES = 3;
/** What could not be planned is tried again after so long. */
const TRIED_AGAIN_MS = 2000;
/** [O10] So long a visitor waits at most for whether the agent whom they had is there. */
const BACK_WITHIN_MS = 1_500;

type Delta = { type: 'assistant.delta'; turn: string; part: number; text: string };

/** What the assistant's turn needs of its conversation. */
export type TurnDeps = {
  env: Env;
  store: Pick<ConversationStore, 'entriesAfter' | 'page' | 'trail' | 'draftOf' | 'keepDraft'>;
  state(): ConversationState;
  /** Keeps what a turn came to, and tells whoever must hear of it. */
  finish(turnId: string, outcome: TurnOutcome): Promise<void>;
  /** How many have it on a screen. */
  hearers(): number;
  tell(frame: Delta): void;
  /** Goes on beside the turn. */
  later(work: Promise<unknown>): void;
  /** Wakes the object at `at`, which runs what is there. */
  againAt(at: number): Promise<void>;
};

/** The assistant's turns of one conversation, one at a time: reads what a turn needs, asks a model where one is wanted, and says what came of it. */
export class TurnRunner {
  readonly #deps: TurnDeps;
  #running: string | null = null;
  #failures = 0;
  /** The question to a model that is under way. */
  #asking: AbortController | null = null;

  constructor(deps: TurnDeps) {
    this.#deps = deps;
  }

  /** Nobody wants what a model is writing. */
  stop(): void {
    this.#asking?.abort();
  }

  /** Runs what is to be answered until nothing is, unless that is under way. Never throws: the alarm tries again what could not be planned. */
  async run(): Promise<void> {
    const { env, state, finish } = this.#deps;
    // A message that arrives during a turn starts another one; the loop picks it up.
    for (let turn = state().turn; turn !== null && this.#running !== turn.id; turn = state().turn) {
      this.#running = turn.id;
      try {
        const desk = await loadDesk(env, state().workspaceId);
        if (state().turn?.id !== turn.id) continue;
        const [outlook, isBackThere] = await Promise.all([
          turn.question === '' ? null : this.#outlook(desk),
          this.#isBackThere(desk),
        ]);
        const drafted = await this.#draftFor(turn, desk, outlook);
        if (state().turn?.id !== turn.id) continue;
        const outcome = planTurn({ ...this.#contextOf(turn, desk), drafted, outlook, isBackThere });
        // A hand-over does not wait for its own announcement to be typed out.
        if (outcome.say !== null && outcome.next.kind !== 'escalate') await this.#stream(turn.id, outcome.say.text);
        await finish(turn.id, outcome);
      } catch (cause) {
        console.error(JSON.stringify({ at: 'turn', message: faultText(cause) }));
        if (await this.#giveUp(turn)) continue;
        // The turn stays; the alarm tries it again.
        await this.#deps.againAt(Date.now() + TRIED_AGAIN_MS);
        return;
      } finally {
        // A newer turn may be running by now; it is not ours to end.
        if (this.#running === turn.id) this.#running = null;
      }
    }
  }

  /** [G38] Of the queue that has what nothing sends elsewhere: where this goes is not known before it is read. */
  async #outlook({ queues, routes }: Desk): Promise<Outlook | null> {
    const { workspaceId } = this.#deps.state();
    const queue = queues.find(({ slug }) => slug === routes.fallback);
    if (queue === undefined) return null;
    const identity = { workspaceId, config: configOf(queue) };
    return outlookOf(workspaceId, queue.id, {
      ask: () => queueStub(this.#deps.env, workspaceId, queue.id).outlook(identity),
      later: (work) => this.#deps.later(work),
      now: Date.now,
    });
  }

  /** [M7] Whether whoever resolved it above the first line is there to come back to. Nobody waits for who does not say so. */
  async #isBackThere({ queues }: Desk): Promise<boolean> {
    const { env, state } = this.#deps;
    const higher = resolvedHigher(state(), queues);
    if (higher === null) return false;
    const asking = agentStub(env, state().workspaceId, higher.agentId).isThereFor(higher.queue.id);
    return within(BACK_WITHIN_MS, asking, 'the agent').catch((cause) => {
      console.warn(JSON.stringify({ at: 'conversation.back', message: faultText(cause) }));
      return false;
    });
  }

  #contextOf(turn: Turn, desk: Desk): TurnContext {
    const { store, state } = this.#deps;
    return {
      turn,
      state: state(),
      entries: store.entriesAfter(0),
      page: store.page(),
      trail: store.trail(),
      desk,
      now: Date.now(),
      escalationId: newId('escalation'),
    };
  }

  /**
   * [G25] What a model has to say to this turn, or why it has nothing; null where none is asked. What was received is kept before anything of it is said, so a turn that
   * is repeated after a crash says the same; one that died while it was asking asks again.
   */
  async #draftFor(turn: Turn, desk: Desk, outlook: Outlook | null): Promise<Drafted | null> {
    const { env, store, state, later } = this.#deps;
    const kept = store.draftOf(turn.id);
    if (kept !== null) return kept;
    const answerer = answererOf(env, state().workspaceId, desk, later);
    if (answerer === null) return null;
    // [C5] Whoever asked for an older turn is answered no more.
    this.#asking?.abort();
    const wanted = draftWanted({ ...this.#contextOf(turn, desk), outlook });
    if (wanted === null) return null;
    const asking = new AbortController();
    this.#asking = asking;
    const drafted = await answerer.answer(wanted, asking.signal);
    if (state().turn?.id === turn.id) store.keepDraft(turn.id, drafted);
    return drafted;
  }

  /** [C9] An assistant that fails is no reason to wait: a wish for a person goes through at once, anything else after some tries. */
  async #giveUp(turn: Turn): Promise<boolean> {
    const { env, state, finish } = this.#deps;
    this.#failures += 1;
    if (turn.question !== '' && this.#failures < MAX_TURN_FAILURES) return false;
    const desk = await loadDesk(env, state().workspaceId).catch(() => null);
    if (desk === null) return false;
    this.#failures = 0;
    await finish(turn.id, turnWithoutAssistant(desk, state(), turn, newId('escalation')));
    return true;
  }

  /** Sends the answer part by part, as long as anybody is there. Only for the eye: what counts is the entry that follows. */
  async #stream(turn: string, text: string): Promise<void> {
    const words = text.match(/\S+\s*/g) ?? [];
    const perPart = Math.max(1, Math.ceil(words.length / STREAM_MAX_PARTS));
    for (let part = 0; part * perPart < words.length; part++) {
      if (this.#deps.state().turn?.id !== turn) return;
      if (this.#deps.hearers() === 0) return;
      const shown = words.slice(part * perPart, (part + 1) * perPart).join('');
      this.#deps.tell({ type: 'assistant.delta', turn, part, text: shown });
      await new Promise((resolve) => setTimeout(resolve, STREAM_PAUSE_MS));
    }
  }
}

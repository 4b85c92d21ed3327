import type { LanguageModel, LanguageModelUsage } from 'ai';
import type { EpochMs } from '#domain/ids.ts';
import { RECORDED, redactText } from '#domain/redaction/redact.ts';
import type { Answerer, AnswerInput, Citation, JudgeVerdict, NoDraft } from '../ports.ts';
import { ANSWER_PROMPT, answerPrompt, type Prompt } from '../prompts/answer.ts';
import { leaksPrompt, makeFence } from '../prompts/fence.ts';
import { JUDGE_PROMPT, judgement, judgePrompt, verdictOf } from '../prompts/judge.ts';
import { type Breaker, type Ending, mayAsk, onAsked, onEnded } from './breaker.ts';
import { readCited } from './cited.ts';

/** [G24] Where tokens are counted. What is reserved stays counted unless it is settled, so nothing is lost with whoever dies. */
export type Spend = {
  /** False where it would go beyond the cap. */
  reserve(tokens: number): Promise<boolean>;
  /** What it came to, instead of what was reserved. Nobody waits for it. */
  settle(reserved: number, spent: number): void;
};

export type RemoteSettings = {
  /** `workers-ai:MODEL` or `openai-compatible:MODEL`. */
  provider: string;
  /** Loads the provider: whoever runs without a model pays for none. */
  model(): Promise<LanguageModel>;
  /** For everything: counting, draft and judgement. */
  budgetMs: number;
  breaker: { get(): Breaker; set(breaker: Breaker): void };
  spend: Spend;
  newToken(): string;
  now(): EpochMs;
};

const MAX_ANSWER_TOKENS = 320;
const MAX_JUDGEMENT_TOKENS = 60;
/** Longer is no answer for a chat panel, and may have no end. */
const MAX_ANSWER_CHARS = 2000;
const MAX_QUESTION_CHARS = 2000;
/** English has about four characters a token; what is reserved should rather be too much. */
const CHARS_PER_TOKEN = 3;

/** Faults of whoever serves the model: the breaker counts them. */
const FAULTS: ReadonlySet<NoDraft> = new Set(['slow', 'busy', 'failed', 'cut_short', 'not_judged']);
/** It answered, and what it said will not do. To write nothing is what it was told to do where the passages have no answer. */
const ANSWERED: ReadonlySet<NoDraft> = new Set(['empty', 'uncited', 'foreign_content']);

class NoDraftFault extends Error {
  readonly because: NoDraft;
  readonly retryAfterMs: number | null;
  constructor(because: NoDraft, retryAfterMs: number | null = null) {
    super(because);
    this.because = because;
    this.retryAfterMs = retryAfterMs;
  }

  static of(cause: unknown): NoDraftFault {
    if (cause instanceof NoDraftFault) return cause;
    return new NoDraftFault(statusOf(cause) === 429 ? 'busy' : 'failed', retryAfterOf(cause));
  }

  get ending(): Ending {
    if (FAULTS.has(this.because)) return { kind: 'fault', retryAfterMs: this.retryAfterMs };
    return { kind: ANSWERED.has(this.because) ? 'ok' : 'nothing' };
  }
}

/**
 * [G20] A model behind a network: drafts, and is asked a second time whether the draft stands on its passages. Both within one budget; when it is over the call is
 * aborted and whoever asked goes on without. Nothing is tried twice: the budget would not have it, and an overloaded server less.
 */
export function remoteAnswerer(settings: RemoteSettings): Answerer {
  const { provider, breaker, budgetMs, now } = settings;
  const by = `${provider}@${ANSWER_PROMPT}`;
  const ended = (ending: Ending) => breaker.set(onEnded(breaker.get(), ending, now()));
  return {
    by,
    async answer(input, signal) {
      if (!mayAsk(breaker.get(), now())) return { ok: false, by, because: 'resting' };
      breaker.set(onAsked(breaker.get(), now()));
      try {
        const draft = await withinBudget(budgetMs, signal, (within) => ask(settings, input, within));
        ended({ kind: 'ok' });
        return { ok: true, by, ...draft };
      } catch (cause) {
        const { because, ending } = NoDraftFault.of(cause);
        // What was asked and answered is the visitor's business; who failed, and how, is ours.
        console.warn(JSON.stringify({ at: 'answerer', by, because, status: statusOf(cause) }));
        ended(ending);
        return { ok: false, by, because };
      }
    },
  };
}

/** Ends with the budget or with the signal, also where a provider hears of neither. */
async function withinBudget<T>(
  budgetMs: number,
  signal: AbortSignal,
  run: (within: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  let end: (because: NoDraft) => void = () => {};
  const ended = new Promise<never>((_, reject) => {
    end = (because) => reject(new NoDraftFault(because));
  });
  const abandon = () => end('abandoned');
  const timer = setTimeout(() => end('slow'), budgetMs);
  signal.addEventListener('abort', abandon, { once: true });
  if (signal.aborted) abandon();
  try {
    return await Promise.race([run(controller.signal), ended]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abandon);
    controller.abort();
  }
}

type Draft = { text: string; citations: Citation[]; verdict: JudgeVerdict };

async function ask(settings: RemoteSettings, input: AnswerInput, within: AbortSignal): Promise<Draft> {
  // What helps to find an article helps nobody to write from it: addresses and numbers of people stay here.
  const question = redactText(input.question.slice(-MAX_QUESTION_CHARS), RECORDED).text;
  const fence = makeFence(settings.newToken());
  const asking = answerPrompt({ question, passages: input.passages }, fence);
  const reserved = 2 * (tokensIn(asking) + MAX_ANSWER_TOKENS) + MAX_JUDGEMENT_TOKENS;
  const mayCost = await settings.spend.reserve(reserved).catch(() => {
    throw new NoDraftFault('uncounted');
  });
  if (!mayCost) throw new NoDraftFault('over_cap');
  const bill = new Bill();
  try {
    const model = await settings.model();
    // The budget may be over before anybody was asked.
    within.throwIfAborted();
    const written = await bill.of(asking, write(model, asking, within));
    if (leaksPrompt(written, fence, [ANSWER_PROMPT, JUDGE_PROMPT])) throw new NoDraftFault('foreign_content');
    const read = readCited(written, input.passages);
    if (read === null || read.text === '') throw new NoDraftFault('uncited');
    const { text, cited, citations } = read;
    const judging = judgePrompt({ question, answer: text, passages: cited }, fence);
    const verdict = await bill.of(judging, judgeOf(model, judging, within));
    return { text, citations, verdict };
  } finally {
    if (bill.tokens !== null) settings.spend.settle(reserved, bill.tokens);
  }
}

type Paid<T> = { value: T; usage: LanguageModelUsage; chars: number };

async function write(
  model: LanguageModel,
  { instructions, prompt }: Prompt,
  within: AbortSignal,
): Promise<Paid<string>> {
  const { streamText } = await import('ai');
  const { stream } = streamText({
    model,
    instructions,
    prompt,
    temperature: 0,
    maxOutputTokens: MAX_ANSWER_TOKENS,
    maxRetries: 0,
    abortSignal: within,
    // It would print the call, and with it what the visitor wrote.
    onError() {},
  });
  let text = '';
  for await (const part of stream) {
    if (part.type === 'text-delta') text += part.text;
    if (part.type === 'error') throw part.error;
    if (part.type === 'abort') throw new NoDraftFault('slow');
    if (text.length > MAX_ANSWER_CHARS) throw new NoDraftFault('cut_short');
    if (part.type === 'finish') {
      if (part.finishReason !== 'stop') throw new NoDraftFault('cut_short');
      if (text.trim() === '') throw new NoDraftFault('empty');
      return { value: text, usage: part.totalUsage, chars: text.length };
    }
  }
  throw new NoDraftFault('cut_short');
}

async function judgeOf(
  model: LanguageModel,
  { instructions, prompt }: Prompt,
  within: AbortSignal,
): Promise<Paid<JudgeVerdict>> {
  const { generateText, NoObjectGeneratedError, NoOutputGeneratedError, Output } = await import('ai');
  try {
    // Not a stream: JSON of a shape and streaming exclude each other at Workers AI.
    const { output, usage } = await generateText({
      model,
      instructions,
      prompt,
      output: Output.object({ schema: judgement, name: 'judgement' }),
      temperature: 0,
      maxOutputTokens: MAX_JUDGEMENT_TOKENS,
      maxRetries: 0,
      abortSignal: within,
    });
    return { value: verdictOf(output), usage, chars: MAX_JUDGEMENT_TOKENS };
  } catch (cause) {
    if (NoObjectGeneratedError.isInstance(cause) || NoOutputGeneratedError.isInstance(cause))
      throw new NoDraftFault('not_judged');
    throw cause;
  }
}

/** What the calls of one answer cost; null while that is not known, and for good where a call was cut off. */
class Bill {
  tokens: number | null = 0;

  async of<T>(prompt: Prompt, call: Promise<Paid<T>>): Promise<T> {
    const before = this.tokens ?? 0;
    this.tokens = null;
    try {
      const { value, usage, chars } = await call;
      const told = (usage.inputTokens ?? 0) + (usage.outputTokens ?? 0);
      // A server that tells nothing is not for free.
      this.tokens = before + (told > 0 ? told : tokensIn(prompt) + Math.ceil(chars / CHARS_PER_TOKEN));
      return value;
    } catch (cause) {
      // Refused: it has cost nothing.
      if (statusOf(cause) !== null) this.tokens = before;
      throw cause;
    }
  }
}

const tokensIn = ({ instructions, prompt }: Prompt): number =>
  Math.ceil((instructions.length + prompt.length) / CHARS_PER_TOKEN);

/** The HTTP status of an `APICallError`, told by its shape: its class is loaded with the provider only. */
function statusOf(cause: unknown): number | null {
  const status = (cause as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' && status >= 400 ? status : null;
}

/** How long a server asks to be left alone: seconds, or a date. */
function retryAfterOf(cause: unknown): number | null {
  const header = (cause as { responseHeaders?: Record<string, string> } | null)?.responseHeaders?.['retry-after'];
  if (header === undefined) return null;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) && ms > 0 ? ms : null;
}

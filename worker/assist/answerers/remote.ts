import type { LanguageModel, LanguageModelUsage, ModelMessage } from 'ai';
import type { EpochMs } from '#domain/ids.ts';
import { RECORDED, redactText } from '#domain/redaction/redact.ts';
import type { Answerer, AnswerInput, Citation, JudgeVerdict, NoDraft } from '../ports.ts';
import { ANSWER_PROMPT, answerPrompt, type Prompt } from '../prompts/answer.ts';
import { type Fence, leaksPrompt, makeFence } from '../prompts/fence.ts';
import { JUDGE_PROMPT, judgement, judgePrompt, verdictOf } from '../prompts/judge.ts';
import { TOOL_WORDS } from '../prompts/tools.ts';
import { isLeakedCall } from '../tools/leaked-call.ts';
import { MAX_STEPS, Toolbox } from '../tools/toolbox.ts';
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
/**
 * [G37] Tools have the first half of the budget: a step that begins later has to write. A turn that called some is as fast as one without, or the articles answer; nobody
 * waits longer for the sake of a tool.
 */
const TOOLS_SHARE = 0.5;
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
      const fence = makeFence(settings.newToken());
      const box = input.sources === undefined ? null : new Toolbox(input.sources, fence, input.passages);
      const called = () => {
        const tools = box?.trail() ?? null;
        return tools === null ? {} : { tools };
      };
      try {
        const draft = await withinBudget(budgetMs, signal, (within) => ask(settings, input, fence, box, within));
        ended({ kind: 'ok' });
        return { ok: true, by, ...draft, ...called() };
      } catch (cause) {
        const { because, ending } = NoDraftFault.of(cause);
        // What was asked and answered is the visitor's business; who failed, and how, is ours.
        const tools = box?.trail()?.uses;
        console.warn(JSON.stringify({ at: 'answerer', by, because, status: statusOf(cause), tools }));
        ended(ending);
        return { ok: false, by, because, ...called() };
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

async function ask(
  settings: RemoteSettings,
  input: AnswerInput,
  fence: Fence,
  box: Toolbox | null,
  within: AbortSignal,
): Promise<Draft> {
  // What helps to find an article helps nobody to write from it: addresses and numbers of people stay here.
  const question = redactText(input.question.slice(-MAX_QUESTION_CHARS), RECORDED).text;
  const asking = answerPrompt({ question, passages: input.passages }, fence);
  const bill = new Bill(settings.spend);
  await bill.reserve(2 * (tokensIn(asking) + MAX_ANSWER_TOKENS) + MAX_JUDGEMENT_TOKENS + (box ? TOOL_TOKENS : 0));
  try {
    const model = await settings.model();
    // The budget may be over before anybody was asked.
    within.throwIfAborted();
    const written = await write(settings, model, asking, box, bill, within);
    if (isLeakedCall(written)) {
      box?.leaks();
      throw new NoDraftFault('foreign_content');
    }
    if (leaksPrompt(written, fence, [ANSWER_PROMPT, JUDGE_PROMPT])) throw new NoDraftFault('foreign_content');
    const read = readCited(written, box?.shown ?? input.passages);
    if (read === null || read.text === '') throw new NoDraftFault('uncited');
    const { text, cited, citations } = read;
    const judging = judgePrompt({ question, answer: text, passages: cited }, fence);
    bill.begins();
    const verdict = await judgeOf(model, judging, within, (usage) =>
      bill.told(usage, tokensIn(judging) + Math.ceil(MAX_JUDGEMENT_TOKENS / CHARS_PER_TOKEN)),
    );
    return { text, citations, verdict };
  } catch (cause) {
    // Refused: it has cost nothing.
    if (statusOf(cause) !== null) bill.refused();
    throw cause;
  } finally {
    bill.settle();
  }
}

/**
 * Reads a draft to its end, over at most `MAX_STEPS` requests where tools are called. [G24] Each request after the first is reserved before it is made. Only what the last
 * one says is the draft: words beside a call are said to nobody.
 */
async function write(
  settings: RemoteSettings,
  model: LanguageModel,
  { instructions, prompt }: Prompt,
  box: Toolbox | null,
  bill: Bill,
  within: AbortSignal,
): Promise<string> {
  const { streamText, isStepCount, ToolChoiceViolationError } = await import('ai');
  const startedAt = settings.now();
  const first = tokensIn({ instructions, prompt });
  let sent = first;
  const { stream } = streamText({
    model,
    instructions,
    prompt,
    ...(box === null ? {} : { tools: box.tools }),
    stopWhen: isStepCount(box === null ? 1 : MAX_STEPS),
    prepareStep: async ({ stepNumber, messages }) => {
      if (box === null || stepNumber === 0) {
        bill.begins();
        return undefined;
      }
      sent = tokensIn({ instructions, prompt: JSON.stringify(messages satisfies ModelMessage[]) }) + TOOL_TOKENS;
      // What tools have told is read here, and by the judge as far as it is cited.
      await bill.reserve(sent + Math.max(0, sent - first) + MAX_ANSWER_TOKENS);
      within.throwIfAborted();
      bill.begins();
      const isOver = box.isUsedUp || settings.now() - startedAt >= TOOLS_SHARE * settings.budgetMs;
      if (!isOver && stepNumber < MAX_STEPS - 1) return undefined;
      // They stay described: some servers take no conversation with calls in it and no tools beside it.
      return { toolChoice: 'none' as const };
    },
    temperature: 0,
    maxOutputTokens: MAX_ANSWER_TOKENS,
    maxRetries: 0,
    abortSignal: within,
    // It would print the call, and with it what the visitor wrote.
    onError() {},
  });
  /** It calls where it may not. */
  let isLate = false;
  let text = '';
  /** Of this step: words, and what tools are to be called with. */
  let chars = 0;
  for await (const part of stream) {
    switch (part.type) {
      case 'start-step':
        text = '';
        chars = 0;
        break;
      case 'text-delta':
        text += part.text;
        chars += part.text.length;
        break;
      case 'tool-input-delta':
        chars += part.delta.length;
        break;
      case 'tool-call':
        if (box?.hears(part) === false) throw new NoDraftFault('cut_short');
        // Some servers send it whole.
        chars = Math.max(chars, JSON.stringify(part.input ?? null).length);
        break;
      case 'error':
        // An error to the SDK, which tells nobody of the calls; to us it is somebody who does not write.
        if (!ToolChoiceViolationError.isInstance(part.error)) throw part.error;
        isLate = true;
        for (const said of part.error.content) if (said.type === 'tool-call') box?.hears({ ...said, invalid: true });
        break;
      case 'abort':
        throw new NoDraftFault('slow');
      case 'finish-step':
        bill.told(part.usage, sent + Math.ceil(chars / CHARS_PER_TOKEN));
        break;
      case 'finish':
        // It ended with a call: there is no draft.
        if (isLate || part.finishReason === 'tool-calls') throw new NoDraftFault('empty');
        if (part.finishReason !== 'stop') throw new NoDraftFault('cut_short');
        if (text.trim() === '') throw new NoDraftFault('empty');
        return text;
      default:
        break;
    }
    if (chars > MAX_ANSWER_CHARS) throw new NoDraftFault('cut_short');
  }
  throw new NoDraftFault('cut_short');
}

async function judgeOf(
  model: LanguageModel,
  { instructions, prompt }: Prompt,
  within: AbortSignal,
  paid: (usage: LanguageModelUsage) => void,
): Promise<JudgeVerdict> {
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
    paid(usage);
    return verdictOf(output);
  } catch (cause) {
    if (NoObjectGeneratedError.isInstance(cause) || NoOutputGeneratedError.isInstance(cause))
      throw new NoDraftFault('not_judged');
    throw cause;
  }
}

/** [G24] What the requests of one answer cost: reserved before each, and settled once when all is over. A request that was cut off leaves everything as reserved. */
class Bill {
  readonly #spend: Spend;
  #reserved = 0;
  #spent = 0;
  /** Requests that are under way: nobody knows yet what they cost. A next one may begin before the end of the one before is read. */
  #open = 0;

  constructor(spend: Spend) {
    this.#spend = spend;
  }

  /** Throws where it would go beyond the cap, or nobody can count. */
  async reserve(tokens: number): Promise<void> {
    const mayCost = await this.#spend.reserve(tokens).catch(() => {
      throw new NoDraftFault('uncounted');
    });
    if (!mayCost) throw new NoDraftFault('over_cap');
    this.#reserved += tokens;
  }

  begins(): void {
    this.#open += 1;
  }

  /** What a server says that it cost, or the estimate: a server that tells nothing is not for free. */
  told({ inputTokens, outputTokens }: LanguageModelUsage, estimate: number): void {
    const told = (inputTokens ?? 0) + (outputTokens ?? 0);
    this.#spent += told > 0 ? told : estimate;
    this.#open -= 1;
  }

  refused(): void {
    this.#open = Math.max(0, this.#open - 1);
  }

  settle(): void {
    if (this.#open === 0) this.#spend.settle(this.#reserved, this.#spent);
  }
}

const tokensIn = ({ instructions, prompt }: Prompt): number =>
  Math.ceil((instructions.length + prompt.length) / CHARS_PER_TOKEN);

/** What the tools' words and the shapes of their inputs take of each request. */
const TOOL_TOKENS = Math.ceil((Object.values(TOOL_WORDS).join('').length + 1200) / CHARS_PER_TOKEN);

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

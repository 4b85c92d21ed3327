import type { Mutant } from './mutants.ts';

const REMOTE = 'worker/assist/answerers/remote.ts';
const BREAKER = 'worker/assist/answerers/breaker.ts';
const CITED = 'worker/assist/answerers/cited.ts';
const FENCE = 'worker/assist/prompts/fence.ts';
const TURN = 'worker/assist/turn.ts';
const BOX = 'worker/assist/tools/toolbox.ts';
const OUTLINE = 'worker/assist/tools/page-outline.ts';
const ACCOUNT = 'worker/assist/tools/account-lines.ts';
const LEAKED = 'worker/assist/tools/leaked-call.ts';

const guard = (name: string, file: string, from: string, to: string): Mutant => ({
  name: `model: ${name}`,
  file,
  from,
  to,
  suite: 'answerers',
});

/** Planted bugs of the models behind a network: each takes away one guard. */
export const ANSWERER_MUTANTS: Mutant[] = [
  guard(
    'a redirect is followed',
    'worker/assist/answerers/openai-compatible.ts',
    "{ ...init, redirect: 'manual' }",
    'init',
  ),
  guard('a draft goes past the gate', TURN, 'return verdict.send\n', 'return text !== ""\n'),
  guard('a draft is said where the articles would not be', TURN, '|| !embedded.verdict.send', ''),
  guard(
    'a draft may stand on any passage that was found',
    TURN,
    'judged(by, drafted, { passages: cited, second })',
    'judged(by, drafted, { second })',
  ),
  guard(
    'nobody’s judgement is a yes',
    'worker/assist/judge.ts',
    'second && Math.min(second.coverage, answerability.coverage)',
    'Math.min(second?.coverage ?? 1, answerability.coverage)',
  ),
  guard('a judge’s no is not heard', 'worker/assist/judge.ts', 'second?.grounded !== false', 'true'),
  guard(
    'a judge makes more of an answer than its words do',
    'worker/assist/judge.ts',
    'second && Math.min(second.coverage, answerability.coverage)',
    'second && second.coverage',
  ),
  guard('a judgement may have any shape', 'worker/assist/prompts/judge.ts', 'z.strictObject({', 'z.object({'),
  guard('what is not there may be cited', CITED, '|| !cited.every((passage) => passage !== undefined)', ''),
  guard('nothing need be cited', CITED, 'cited.length === 0 || ', ''),
  guard('a fence’s signs stay in a text', FENCE, ".replaceAll(OPEN, '[').replaceAll(CLOSE, ']')", ''),
  guard('a fence’s token stays in a text', FENCE, ".split(token).join(' ')", ''),
  guard('a token is cut out, so that two halves make one', FENCE, ".split(token).join(' ')", ".split(token).join('')"),
  guard('signs nobody sees hide a token', FENCE, "text.replace(INVISIBLE, '').replaceAll(OPEN", 'text.replaceAll(OPEN'),
  guard(
    'instructions may be told',
    REMOTE,
    'if (leaksPrompt(written, fence, [ANSWER_PROMPT, JUDGE_PROMPT]))',
    'if (false)',
  ),
  guard('an answer without an end is an answer', REMOTE, "part.finishReason !== 'stop'", 'false'),
  guard('an endless answer is read to its end', REMOTE, 'chars > MAX_ANSWER_CHARS', 'false'),
  guard(
    'the budget never ends',
    REMOTE,
    "setTimeout(() => end('slow'), budgetMs)",
    "setTimeout(() => end('slow'), 20 * budgetMs)",
  ),
  guard('who is taken back is waited for', REMOTE, "signal.addEventListener('abort', abandon, { once: true });", ''),
  guard('the cap is asked for and not heeded', REMOTE, "if (!mayCost) throw new NoDraftFault('over_cap');", ''),
  guard(
    'addresses of people are sent along',
    REMOTE,
    'redactText(input.question.slice(-MAX_QUESTION_CHARS), RECORDED).text',
    'input.question',
  ),
  guard(
    'a failing provider is asked for ever',
    REMOTE,
    "if (!mayAsk(breaker.get(), now())) return { ok: false, by, because: 'resting' };",
    '',
  ),
  guard('what was cut off is taken for free', REMOTE, 'if (this.#open === 0) this', 'this'),
  guard('who tells no usage is for free', REMOTE, 'told > 0 ? told : ', 'told >= 0 ? told : '),
  guard(
    'a server that retries by itself',
    REMOTE,
    'maxRetries: 0,\n    abortSignal: within,\n    // It',
    'maxRetries: 2,\n    abortSignal: within,\n    // It',
  ),
  guard('one failure opens the breaker', BREAKER, 'const OPENS_AFTER = 2;', 'const OPENS_AFTER = 1;'),
  guard('a server that says when is asked before', BREAKER, '&& ending.retryAfterMs === null', ''),
  guard(
    'everybody probes',
    BREAKER,
    "breaker.state === 'closed' ? breaker : { state: 'half_open', since: now }",
    'breaker',
  ),
  guard('a late answer closes an open breaker', BREAKER, "breaker.state === 'open' ? breaker : CLOSED", 'CLOSED'),
  guard('a probe that was lost keeps it shut', BREAKER, 'now - breaker.since >= PROBE_LOST_MS', 'false'),
  guard('a stream with a hole is an answer', 'worker/assist/answerers/workers-ai.ts', 'lines.forEach(check);', ''),
  guard(
    'a binding is used because it is there',
    'worker/settings.ts',
    "case 'embedded':\n",
    "case 'embedded':\n      if (binding !== undefined) return workersAi();\n",
  ),
  guard(
    'everybody who asks is drafted for',
    'worker/assist/plan-turn.ts',
    "attempt?.kind !== 'answer' || next.kind === 'escalate'",
    'attempt === null',
  ),
  guard('a failed answer comes back in other words', TURN, 'isRephrased &&', 'false &&'),
  guard('tools: more calls than a turn may make', BOX, 'return this.#done >= MAX_CALLS;', 'return false;'),
  guard('tools: who calls and calls is listened to', BOX, 'return this.#heard <= MAX_CALLS_HEARD;', 'return true;'),
  guard('tools: a query may be an address', BOX, '.refine((text) => !ADDRESS.test(text),', '.refine(() => true,'),
  guard('tools: a query has no end', BOX, '    .max(max)\n', ''),
  guard(
    'tools: a search takes more than it is told',
    BOX,
    'search_knowledge: z.strictObject(',
    'search_knowledge: z.object(',
  ),
  guard('tools: the account of whoever is named', BOX, 'read_account: z.strictObject(', 'read_account: z.object('),
  guard('tools: a refused call is not counted', BOX, "if (invalid === true || name === 'other') use.refused += 1;", ''),
  guard('tools: a reason holds addresses of people', BOX, 'redactText(reason, RECORDED).text', 'reason'),
  guard('tools: a page ends its fence', BOX, "this.#fence.around('page', outline)", 'outline'),
  guard(
    'tools: an account ends its fence',
    BOX,
    "this.#fence.around('account', lines.join('\\n'))",
    "lines.join('\\n')",
  ),
  guard('tools: an account that nobody attested', ACCOUNT, 'if (!visitor.attested) return null;', ''),
  guard(
    'tools: what is claimed of an account',
    ACCOUNT,
    "if (fact.provenance !== 'attested' && fact.provenance !== 'fetched') return [];",
    '',
  ),
  guard(
    'tools: a page tells cards and addresses',
    OUTLINE,
    'redactText(text.slice(0, MAX_OUTLINE_CHARS), RECORDED)\n    .text.slice',
    'text.slice',
  ),
  guard('tools: a page without end', OUTLINE, 'if (room < 0) break;', ''),
  guard(
    'tools: another tab, and the page before',
    OUTLINE,
    "own.slice(own.findLastIndex(({ kind }) => kind === 'navigation') + 1)",
    'own',
  ),
  guard(
    'tools: a call in words is an answer',
    LEAKED,
    'MARKS.test(text) || JSON_CALL.test(text)',
    'JSON_CALL.test(text)',
  ),
  guard('tools: JSON that calls is an answer', LEAKED, '|| JSON_CALL.test(text) ', ''),
  guard('tools: a call in words is not counted', REMOTE, 'box?.leaks();', ''),
  guard(
    'tools: found is not what was shown',
    TURN,
    'searches.reduce((shown, search) => withFound(shown, findPassages(knowledge, search, area)), passages)',
    'passages.slice(searches.length * 0)',
  ),
  guard(
    'tools: what was found has the number of another',
    REMOTE,
    'readCited(written, box?.shown ?? input.passages)',
    'readCited(written, input.passages)',
  ),
  guard(
    'tools: time without end',
    REMOTE,
    'box.isUsedUp || settings.now() - startedAt >= TOOLS_SHARE * settings.budgetMs',
    'box.isUsedUp',
  ),
  guard('tools: used up, and still there', REMOTE, 'box.isUsedUp || settings.now()', 'settings.now()'),
  guard(
    'tools: the last request has them too',
    REMOTE,
    'if (!isOver && stepNumber < MAX_STEPS - 1) return undefined;',
    'if (!isOver) return undefined;',
  ),
  guard(
    'tools: a further request is for free',
    REMOTE,
    'await bill.reserve(sent + Math.max(0, sent - first) + MAX_ANSWER_TOKENS);',
    '',
  ),
  guard(
    'tools: words beside a call are part of the answer',
    REMOTE,
    "        text = '';\n        chars = 0;",
    '        chars = 0;',
  ),
  guard('tools: input without end is read to its end', REMOTE, '        chars += part.delta.length;\n', ''),
  guard(
    'tools: calling without end is a fault of the server',
    REMOTE,
    'if (!ToolChoiceViolationError.isInstance(part.error)) throw part.error;',
    'throw part.error;',
  ),
  guard(
    'tools: a suggestion outlives its attempt',
    'worker/assist/plan-turn.ts',
    "attempts.at(-1)?.suggests !== undefined && which === 'attempt'",
    'attempts.some(({ suggests }) => suggests !== undefined)',
  ),
  {
    name: 'model: a draft is said before it is kept',
    file: 'durable-objects/turn-runner.ts',
    from: 'store.keepDraft(turn.id, drafted)',
    to: 'void drafted',
    suite: 'models',
  },
  {
    name: 'model: an older question is asked to its end',
    file: 'durable-objects/turn-runner.ts',
    from: 'this.#asking?.abort();\n    const wanted',
    to: 'const wanted',
    suite: 'models',
  },
  {
    name: 'model: a cap is counted and not kept',
    file: 'worker/storage/ai-spend.ts',
    from: 'where ?4 is null or tokens + excluded.tokens <= ?4',
    to: 'where true',
    suite: 'spend',
  },
];

import type { ToolSet } from 'ai';
import { z } from 'zod';
import { RECORDED, redactText } from '#domain/redaction/redact.ts';
import type { Passage, ToolSources } from '../ports.ts';
import type { Fence } from '../prompts/fence.ts';
import { TOOL_WORDS } from '../prompts/tools.ts';
import { withFound } from './find-passages.ts';
import { TOOL_NAMES, type ToolName, type ToolTrail, type ToolUse } from './tool-names.ts';

/** Requests to a model for one draft: two that may call tools, and one that has to write. */
export const MAX_STEPS = 3;
/** Calls that are carried out in one turn; more are told so. */
export const MAX_CALLS = 4;
/** Whoever calls more often than this, carried out or not, is not going to write an answer. */
export const MAX_CALLS_HEARD = 8;
export const MAX_QUERY_CHARS = 200;
export const MAX_REASON_CHARS = 200;

/** Addresses find nothing in articles, and are how text that somebody else wrote would be carried somewhere. */
const ADDRESS = /[a-z][a-z0-9+.-]{1,20}:\/\/|\bwww\.|(?:javascript|data|mailto):/i;
const withoutAddress = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine((text) => !ADDRESS.test(text), 'no addresses');

/** What each tool takes, and the whole of it. */
export const TOOL_INPUTS = {
  search_knowledge: z.strictObject({ query: withoutAddress(MAX_QUERY_CHARS) }),
  read_page: z.strictObject({}),
  read_account: z.strictObject({}),
  suggest_escalation: z.strictObject({ reason: withoutAddress(MAX_REASON_CHARS) }),
} as const satisfies Record<ToolName, z.ZodType>;

const NOBODY_ATTESTED = 'Nobody has attested who this visitor is, so there is nothing to read of an account.';
const NO_FACTS = 'It is attested who this visitor is; nothing is known of the account.';
const NO_PAGE = 'Nothing is known of the page that the visitor is on.';
const NOTHING_FOUND = 'No passage speaks of this.';
const NOTHING_NEW = 'Only passages that you have already.';
const ENOUGH = 'No more tools in this turn: write the answer from the passages, or nothing.';
const NOTED = 'Noted. Rules decide whether a person is offered. Write the answer, if the passages have one.';

/**
 * [G32] The tools of one draft: a closed list that reads and proposes. Nothing in here writes, waits or asks a network, so a call takes no time of its own; the time of
 * tools is that of the requests around them. Every call is counted, also those that come to nothing; none throws.
 */
export class Toolbox {
  /** Passages by number: those that were given, then those that a search showed. [G33] Nothing else may be cited. */
  shown: readonly Passage[];
  readonly #sources: ToolSources;
  readonly #fence: Fence;
  readonly #uses = new Map<ToolUse['name'], { calls: number; refused: number }>();
  readonly #searches: string[] = [];
  #suggests: string | null = null;
  #done = 0;
  #heard = 0;

  constructor(sources: ToolSources, fence: Fence, given: readonly Passage[]) {
    this.#sources = sources;
    this.#fence = fence;
    this.shown = given;
  }

  /** For the AI SDK, which parses the input by its schema and carries out nothing that does not fit. */
  get tools(): ToolSet {
    return {
      search_knowledge: this.#tool('search_knowledge', ({ query }) => this.#search(query)),
      read_page: this.#tool('read_page', () => {
        const outline = this.#sources.outline();
        return outline === null ? NO_PAGE : this.#fence.around('page', outline);
      }),
      read_account: this.#tool('read_account', () => {
        const lines = this.#sources.account();
        if (lines === null) return NOBODY_ATTESTED;
        return lines.length === 0 ? NO_FACTS : this.#fence.around('account', lines.join('\n'));
      }),
      suggest_escalation: this.#tool('suggest_escalation', ({ reason }) => {
        // It may hold what a visitor wrote; agents read it, and it is kept.
        this.#suggests = redactText(reason, RECORDED).text;
        return NOTED;
      }),
    };
  }

  /** None is left to carry out. */
  get isUsedUp(): boolean {
    return this.#done >= MAX_CALLS;
  }

  /**
   * [G36] Counts a call, carried out or not: `invalid` ones are refused by whoever parses them, or came when there were no tools any more. False where there are too
   * many by now.
   */
  hears({ toolName, invalid }: { toolName: string; invalid?: boolean | undefined }): boolean {
    this.#heard += 1;
    const name = nameOf(toolName);
    const use = this.#use(name);
    use.calls += 1;
    if (invalid === true || name === 'other') use.refused += 1;
    return this.#heard <= MAX_CALLS_HEARD;
  }

  /** [G36] A call that was written out as text: counted, and never made. */
  leaks(): void {
    const use = this.#use('other');
    use.calls += 1;
    use.refused += 1;
  }

  /** What was done; null where nothing was called. */
  trail(): ToolTrail | null {
    if (this.#uses.size === 0) return null;
    return {
      uses: [...this.#uses].map(([name, use]) => ({ name, ...use })),
      searches: [...this.#searches],
      suggests: this.#suggests,
    };
  }

  #use(name: ToolUse['name']): { calls: number; refused: number } {
    const use = this.#uses.get(name) ?? { calls: 0, refused: 0 };
    this.#uses.set(name, use);
    return use;
  }

  #tool<Name extends ToolName>(name: Name, run: (input: z.output<(typeof TOOL_INPUTS)[Name]>) => string) {
    return {
      description: TOOL_WORDS[name],
      inputSchema: TOOL_INPUTS[name],
      execute: (input: unknown): string => {
        if (this.isUsedUp) {
          this.#use(name).refused += 1;
          return ENOUGH;
        }
        this.#done += 1;
        return run(input as z.output<(typeof TOOL_INPUTS)[Name]>);
      },
    };
  }

  /** [G33] What is found is numbered on from what was shown. */
  #search(query: string): string {
    this.#searches.push(query);
    const found = this.#sources.search(query);
    if (found.length === 0) return NOTHING_FOUND;
    const before = this.shown.length;
    this.shown = withFound(this.shown, found);
    if (this.shown.length === before) return NOTHING_NEW;
    return this.shown
      .slice(before)
      .map(({ title, heading, text }, i) =>
        this.#fence.around(
          `passage ${before + i + 1}`,
          [title, ...(heading === title ? [] : [heading]), text].join('\n'),
        ),
      )
      .join('\n\n');
  }
}

const nameOf = (name: string): ToolUse['name'] =>
  (TOOL_NAMES as readonly string[]).includes(name) ? (name as ToolName) : 'other';

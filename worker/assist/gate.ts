import type { Needed } from '#domain/confidence/answer-costs.ts';
import type { Passage } from './ports.ts';

/** Why an answer was sent or not; closed, because the console has a sentence for each and metrics count them. */
export const GATE_REASONS = [
  'ok',
  'missing_verdict',
  'empty',
  'blocked_by_policy',
  'foreign_content',
  'not_grounded',
  'low_coverage',
  'low_confidence',
  'repeated_answer',
] as const;
export type GateReason = (typeof GATE_REASONS)[number];

/** What the judges said. `null` or `undefined` is a judge that did not answer, and is never taken for a yes. */
export type Verdicts = {
  answer: string;
  grounded: boolean | null | undefined;
  coverage: number | null | undefined;
  confidence: number | null | undefined;
  /** What the answer has and the passages have not, from `findForeign`. */
  foreign: readonly string[] | null | undefined;
  blockedByPolicy: boolean | null | undefined;
  repeated: boolean | null | undefined;
};

export type GateVerdict = {
  send: boolean;
  because: GateReason;
  coverage: number;
  /** That the answer helps, by what became of answers like it [G39]. */
  confidence: number;
  /** The confidence before outcomes had a say; left out where nothing was judged. */
  stated?: number;
  /** How sure it had to be, and what made it so; left out where nothing was judged. */
  needed?: Needed;
};

export type GateThresholds = { coverage: number; confidence: number };

/** Where, on the demo's questions, nine of ten sent answers cite the right article. How sure it must be for whom, costs decide [G38]. */
export const GATE_THRESHOLDS: GateThresholds = { coverage: 0.3, confidence: 0.6 };

/**
 * [G1] May this answer be shown? Pure and fail-closed: every judge must have said yes, a number that is none counts as 0, and a verdict that
 * is missing refuses. The model proposes; this decides. The order of the reasons is the order in which an admin would want to know.
 */
export function gate(verdicts: Verdicts, thresholds: GateThresholds = GATE_THRESHOLDS): GateVerdict {
  const coverage = shareOf(verdicts.coverage);
  const confidence = shareOf(verdicts.confidence);
  const because = ((): GateReason => {
    if (verdicts.blockedByPolicy === true) return 'blocked_by_policy';
    if (typeof verdicts.answer !== 'string' || verdicts.answer.trim() === '') return 'empty';
    if (
      verdicts.blockedByPolicy !== false ||
      typeof verdicts.grounded !== 'boolean' ||
      typeof verdicts.repeated !== 'boolean' ||
      typeof verdicts.coverage !== 'number' ||
      typeof verdicts.confidence !== 'number' ||
      !Array.isArray(verdicts.foreign)
    ) {
      return 'missing_verdict';
    }
    if (verdicts.foreign.length > 0) return 'foreign_content';
    if (!verdicts.grounded) return 'not_grounded';
    if (!(coverage >= thresholds.coverage)) return 'low_coverage';
    if (!(confidence >= thresholds.confidence)) return 'low_confidence';
    if (verdicts.repeated) return 'repeated_answer';
    return 'ok';
  })();
  return { send: because === 'ok', because, coverage, confidence };
}

/** [G2] A share between 0 and 1; NaN, infinities and what is no number are 0. */
function shareOf(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? Math.min(1, Math.max(0, value)) : 0;
}

const INVISIBLE = /\p{Cf}|\u034f|\u115f|\u1160|\u3164/gu;
/** Dots people and attackers write so that a filter does not see an address. */
const WRITTEN_DOT = /\s?(?:\[\.\]|\(\.\)|\{\.\}|[[({]dot[\])}])\s?/gi;
const CHECKED: readonly RegExp[] = [
  // Addresses with a scheme, whole: a known host with a foreign path can carry data out.
  /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s<>"'`)\]]{0,500}/g,
  /\b(?:javascript|data|vbscript|mailto|tel|sms):[^\s<>"'`)\]]{1,500}/g,
  // E-mail addresses and hosts.
  /[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}.-]{1,253}/gu,
  /(?:[\p{L}\p{N}][\p{L}\p{N}-]{0,62}\.){1,8}\p{L}{2,24}(?![\p{L}\p{N}])/gu,
  /(?:^|[\s("'])\/\/[^\s<>"'`)\]]{1,500}/g,
  // Numbers of any kind: amounts, limits, dates, phone numbers.
  /\p{N}+(?:[.,:/-]\p{N}+)*/gu,
  /<\/?[a-z!][^>\n]{0,200}>?/g,
  /!?\[[^\]\n]{0,300}\]\([^)\n]{0,500}\)/g,
];

/**
 * [G3] Links, hosts, e-mail addresses, numbers and markup in an answer that none of its passages has; and links that lead elsewhere than to `hosts`, and pictures, whoever
 * has them: an article may have been written by somebody else. Compared whole, so `acme.co` does not hide in `acme.com`. Step numbers at the start of a line are the
 * answer's own.
 */
export function findForeign(
  answer: string,
  passages: readonly Pick<Passage, 'text' | 'title' | 'heading'>[],
  hosts: readonly string[],
): string[] {
  const allowed = new Set(passages.flatMap(({ title, heading, text }) => [title, heading, text].flatMap(tokensOf)));
  return [...new Set(tokensOf(answer.replace(/^[ \t]*\d{1,2}[.)](?=\s)/gm, '')))].filter(
    (token) => !allowed.has(token) || token.startsWith('![') || leadsAway(token, hosts),
  );
}

/** An address with a scheme (or `//`) whose host is none of these, and none below them. */
function leadsAway(token: string, hosts: readonly string[]): boolean {
  const address = /^(?:[a-z][a-z0-9+.-]{1,20}:)?\/\/(?:[^/\s@]*@)?([^/:?#\s]+)/.exec(token.replace(/^[\s("']+/, ''));
  if (address === null) return /^(?:javascript|data|vbscript):/.test(token);
  const host = address[1] as string;
  return !hosts.some((one) => host === one || host.endsWith(`.${one}`));
}

function tokensOf(text: string): string[] {
  const flat = text.normalize('NFKC').replace(INVISIBLE, '').replace(WRITTEN_DOT, '.').toLowerCase();
  return CHECKED.flatMap((pattern) => flat.match(pattern) ?? []).map((token) => token.trim().replace(/[.,;:!?]+$/, ''));
}

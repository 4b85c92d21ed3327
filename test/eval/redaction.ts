import { readFileSync } from 'node:fs';
import { RECORDED, type RedactOptions, redactText } from '#domain/redaction/redact.ts';
import { textTable } from '../bench/table.ts';

class RedactionProblem extends Error {
  override name = 'RedactionProblem';
}

/** A text, what sort of secret it is about, and whether there is one in it. */
type Row = { sort: string; text: string; isSecret: boolean };

/** Sorts that we promise to find, with the share of them; the others are reported only. */
const PROMISED: Record<string, { recall: number; sorts: RegExp }> = {
  cards: { recall: 0.995, sorts: /^credit_card$/ },
  tokens: { recall: 0.995, sorts: /^secret:/ },
  'e-mail': { recall: 0.99, sorts: /^email$/ },
};
const MAX_FALSE_POSITIVES = 0.02;
/** Rules that look for no token: one is about comments, one about files that are no text. */
const NO_TOKENS = new Set(['filter-comments', 'gcp']);
/**
 * What a linter lets pass it may well know for a key: one on its list of allowed ones, one that is meant to be published, one of a wrong length.
 * So only the other collection's clean rows are held against us; these are reported.
 */
const PASSED = /^passed:/;

/**
 * `npm run eval -- redaction --pii FILE --secrets FILE`: what redaction finds in public collections, and what it takes that it should leave. `FILE`s
 * are lists of JSON, a row a line: `{ payload, kind, expected_count }` as presidio's tests have them, and
 * `{ b64, rule, case, messages }` as secretlint's snapshots have them. They are not ours to keep here.
 */
export async function evaluateRedaction({ pii, secrets }: Record<string, string | undefined>) {
  if (pii === undefined && secrets === undefined)
    throw new RedactionProblem('Nothing to read: --pii FILE, --secrets FILE, or both.');
  const rows = [...(pii === undefined ? [] : piiRows(pii)), ...(secrets === undefined ? [] : secretRows(secrets))];
  const asWritten = score(rows, { emails: true });
  const asRecorded = score(rows, RECORDED);
  const sorts = [...new Set(rows.map(({ sort }) => sort))].sort();
  const promised = Object.entries(PROMISED).map(([name, { recall, sorts: which }]) => {
    const found = asWritten.filter(({ sort, isSecret }) => isSecret && which.test(sort));
    const hits = found.filter(({ isTaken }) => isTaken).length;
    return { name, hits, of: found.length, isKept: found.length === 0 || hits / found.length >= recall, recall };
  });
  const clean = asWritten.filter(({ sort, isSecret }) => !isSecret && !PASSED.test(sort));
  const taken = clean.filter(({ isTaken }) => isTaken);
  const isQuiet = taken.length <= clean.length * MAX_FALSE_POSITIVES;
  if (!isQuiet || promised.some(({ isKept }) => !isKept)) process.exitCode = 1;
  const share = (list: readonly Judged[], sort: string, isSecret: boolean) => {
    const of = list.filter((one) => one.sort === sort && one.isSecret === isSecret);
    return of.length === 0 ? '–' : `${of.filter(({ isTaken }) => isTaken).length} of ${of.length}`;
  };
  const shown = [
    textTable(
      ['sort', 'found', 'taken for one', 'found, as recorded', 'taken, as recorded'],
      sorts.map((sort) => [
        sort,
        share(asWritten, sort, true),
        share(asWritten, sort, false),
        share(asRecorded, sort, true),
        share(asRecorded, sort, false),
      ]),
    ),
    ...promised.map(
      ({ name, hits, of, isKept, recall }) =>
        `${name}: ${hits} of ${of} found (at least ${100 * recall} %)${isKept ? '' : '  NOT KEPT'}`,
    ),
    `taken for a secret: ${taken.length} of ${clean.length} (at most ${100 * MAX_FALSE_POSITIVES} %)${isQuiet ? '' : '  NOT KEPT'}`,
    ...taken.map(({ sort, text }) => `  ${sort}: ${JSON.stringify(text.slice(0, 100))}`),
  ].join('\n');
  return {
    shown,
    json: { rows: rows.length, promised, falsePositives: taken.length, negatives: clean.length },
  };
}

type Judged = Row & { isTaken: boolean };
const score = (rows: readonly Row[], options: RedactOptions): Judged[] =>
  rows.map((row) => ({ ...row, isTaken: redactText(row.text, options).found.length > 0 }));

function piiRows(file: string): Row[] {
  return linesOf<{ payload: string; kind: string; expected_count: number }>(file).map(
    ({ payload, kind, expected_count }) => ({ sort: kind, text: payload, isSecret: expected_count > 0 }),
  );
}

function secretRows(file: string): Row[] {
  return linesOf<{ b64: string; rule: string; messages: number }>(file).map(({ b64, rule, messages }) => {
    const sort = messages === 0 ? 'passed' : NO_TOKENS.has(rule) ? 'other' : 'secret';
    return { sort: `${sort}:${rule}`, text: Buffer.from(b64, 'base64').toString(), isSecret: messages > 0 };
  });
}

function linesOf<Line>(file: string): Line[] {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Line);
  } catch (cause) {
    throw new RedactionProblem(`${file} cannot be read: ${cause instanceof Error ? cause.message : cause}`);
  }
}

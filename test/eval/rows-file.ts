import { readFileSync } from 'node:fs';
import { EvalProblem } from './problem.ts';

export type LabelledText = { text: string; label: string };

/** The rows of a file of JSON Lines. Throws an EvalProblem that names the file when it cannot be read or a line is none. */
export function linesOf<Line>(file: string): Line[] {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => JSON.parse(line) as Line);
  } catch (cause) {
    throw new EvalProblem(`${file} cannot be read: ${cause instanceof Error ? cause.message : cause}`);
  }
}

/** Rows of `text` and `label`; throws an EvalProblem when one has none. */
export function labelledTexts(file: string): LabelledText[] {
  const rows = linesOf<Partial<LabelledText>>(file);
  rows.forEach(({ text, label }, i) => {
    if (typeof text !== 'string' || typeof label !== 'string')
      throw new EvalProblem(`${file}, line ${i + 1}: "text" and "label" must be there.`);
  });
  return rows as LabelledText[];
}

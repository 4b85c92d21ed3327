import type { BugReport } from './escalation.ts';

/** What a tier may ask for before work comes up to it. */
export const ADDITIONS = ['reproduction', 'environment', 'hypothesis'] as const;
export type Addition = (typeof ADDITIONS)[number];

const isGiven: Record<Addition, (report: BugReport) => boolean> = {
  reproduction: ({ steps }) => steps.some((step) => step.trim() !== ''),
  environment: ({ environment }) => environment.some(({ value }) => value.trim() !== ''),
  hypothesis: ({ hypothesis }) => hypothesis.trim() !== '',
};

/** [E5] What is asked for and not in the report, in the order of the list; all of it when there is no report. */
export const missingAdditions = (asked: readonly Addition[], report: BugReport | null): Addition[] =>
  ADDITIONS.filter((addition) => asked.includes(addition) && (report === null || !isGiven[addition](report)));

const WORDS: Record<Addition, string> = {
  reproduction: 'the steps that lead to it',
  environment: 'the environment',
  hypothesis: 'a hypothesis',
};

/** `the steps that lead to it, the environment and a hypothesis` */
export function additionWords(additions: readonly Addition[]): string {
  const words = additions.map((addition) => WORDS[addition]);
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

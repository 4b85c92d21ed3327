/** What can be pointed at: controls, by the roles under which capture names them. */
export const GUIDE_ROLES = [
  'button',
  'link',
  'checkbox',
  'radio',
  'switch',
  'textbox',
  'searchbox',
  'combobox',
  'slider',
  'spinbutton',
  'tab',
  'menuitem',
  'menuitemcheckbox',
  'menuitemradio',
  'option',
  'treeitem',
] as const;
export type GuideRole = (typeof GUIDE_ROLES)[number];

/** One step: the control to use, and on which page. */
export type GuideStep = {
  role: GuideRole;
  /** The accessible name, whole. */
  name: string;
  /** The page on which it is, `*` for any one part of the path; null where it may be on every page. */
  path: string | null;
  /** What the article says of it. */
  text: string;
};

/** As many steps as an answer quotes. */
export const MAX_GUIDE_STEPS = 9;
/** As long as capture keeps a name. */
export const MAX_GUIDE_NAME_CHARS = 100;
export const MAX_GUIDE_PATH_CHARS = 200;
export const MAX_GUIDE_TEXT_CHARS = 400;

/** How a guide ended. `missing`, `ambiguous` and `elsewhere`: the page did not match. */
export const GUIDE_OUTCOMES = ['done', 'stopped', 'missing', 'ambiguous', 'elsewhere'] as const;
export type GuideOutcome = (typeof GUIDE_OUTCOMES)[number];

/** [C11] Whether the page was not what the article says, so that a person may have to help. */
export const isMismatch = (outcome: GuideOutcome): boolean => outcome !== 'done' && outcome !== 'stopped';

/** [C11] How it ended, for both sides of the conversation. `step` counts from 1. */
export function guideEndedWords(outcome: GuideOutcome, step: number, steps: readonly GuideStep[]): string {
  if (outcome === 'done')
    return `The guide was followed to its end: ${steps.length === 1 ? '1 step' : `${steps.length} steps`}`;
  const where = `step ${step} of ${steps.length}`;
  if (outcome === 'stopped') return `The guide was stopped at ${where}`;
  const { role, name } = steps[step - 1] as GuideStep;
  const because = {
    missing: `there is no ${role} “${name}” here that can be used`,
    ambiguous: `there is more than one ${role} “${name}” here`,
    elsewhere: 'the page was left',
  }[outcome];
  return `The guide ended at ${where}: ${because}`;
}

/** [G30] Whether a step with this condition holds on a path. A slash at the end makes no difference. */
export function holdsOn(condition: string | null, path: string): boolean {
  if (condition === null) return true;
  const parts = (text: string) => text.replace(/\/+$/, '').split('/');
  const [wanted, there] = [parts(condition), parts(path)];
  return wanted.length === there.length && wanted.every((part, i) => part === '*' || part === there[i]);
}

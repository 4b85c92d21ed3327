import { type CutSection, cutAtHeadings, plainLine, withoutCode } from '#domain/markdown/cut.ts';
import { GUIDE_ATTEMPT, GUIDE_LINK } from '#domain/markdown/guide-link.ts';
import {
  GUIDE_ROLES,
  type GuideRole,
  type GuideStep,
  MAX_GUIDE_NAME_CHARS,
  MAX_GUIDE_PATH_CHARS,
  MAX_GUIDE_STEPS,
  MAX_GUIDE_TEXT_CHARS,
} from './guide.ts';

/** The steps under one heading that point at something, and what keeps them from being shown, in sentences. */
export type ReadGuide = { heading: string; steps: GuideStep[]; problems: string[] };

/** Every guide of an article, and every one that there would be. */
export const readGuides = (markdown: string): ReadGuide[] =>
  cutAtHeadings(markdown)
    .map(readGuide)
    .filter(({ steps, problems }) => steps.length + problems.length > 0);

/**
 * [G30] The guide of one section: its numbered steps that hold a guide link, in their order. All or nothing: where one of them cannot be understood there is none, since a
 * guide that leaves a step out leads astray.
 */
export function readGuide({ heading, lines }: CutSection): ReadGuide {
  const steps: GuideStep[] = [];
  const problems: string[] = [];
  if (!lines.some((line) => line.includes('#guide:'))) return { heading, steps, problems };
  for (const { isStep, text } of blocksOf(withoutCode(lines))) {
    const attempts = text.match(GUIDE_ATTEMPT) ?? [];
    const first = attempts[0];
    if (first === undefined) continue;
    if (!isStep)
      problems.push(`${quoted(first)} stands in no numbered step; only the steps of a numbered list are shown.`);
    else if (attempts.length > 1)
      problems.push(`“${clip(plainLine(text))}” points at ${attempts.length} things; make a step of each.`);
    else {
      const step = stepOf(first, plainLine(text));
      if (typeof step === 'string') problems.push(`${quoted(first)}: ${step}`);
      else steps.push(step);
    }
  }
  if (steps.length > MAX_GUIDE_STEPS)
    problems.push(
      `${heading === '' ? 'The first part' : `“${heading}”`} has ${steps.length} steps that point at something; at most ${MAX_GUIDE_STEPS} can be shown.`,
    );
  return { heading, steps: problems.length === 0 ? steps : [], problems };
}

/** Paragraphs and list items as the answer has them: an item goes on until a blank line or the next one. */
function blocksOf(lines: readonly string[]): { isStep: boolean; text: string }[] {
  const blocks: { isStep: boolean; text: string }[] = [];
  let open = false;
  for (const raw of lines) {
    const line = raw.trim();
    const item = /^(?:(\d{1,3})[.)]|[-*+])\s+(.*)$/.exec(line);
    if (item) blocks.push({ isStep: item[1] !== undefined, text: item[2]! });
    else if (line !== '' && open) blocks.at(-1)!.text += ` ${line}`;
    else if (line !== '') blocks.push({ isStep: false, text: line });
    open = line !== '';
  }
  return blocks;
}

/** The step that a link makes, or why it makes none. */
function stepOf(link: string, text: string): GuideStep | string {
  const [whole, words, target, title] = new RegExp(GUIDE_LINK.source).exec(link) ?? [];
  if (whole !== link) return 'it is written [words](#guide:role "name").';
  const [role, ...behind] = (target as string).split('@');
  const path = behind.length === 0 ? null : behind.join('@');
  if (!isRole(role))
    return `“${clip(role as string)}” is no role that can be pointed at; there are ${GUIDE_ROLES.join(', ')}.`;
  if (path !== null && !/^\/[^?#]*$/.test(path))
    return 'the page behind @ is a path such as /settings/billing, without ? and #.';
  if (path !== null && path.length > MAX_GUIDE_PATH_CHARS)
    return `the path is longer than ${MAX_GUIDE_PATH_CHARS} characters.`;
  const name = unescaped(title === undefined ? plainLine(words as string) : title.slice(1, -1))
    .replace(/\s+/g, ' ')
    .trim();
  if (name === '') return 'the name is empty.';
  if (name.length > MAX_GUIDE_NAME_CHARS) return `the name is longer than ${MAX_GUIDE_NAME_CHARS} characters.`;
  if (text.length > MAX_GUIDE_TEXT_CHARS) return `the step is longer than ${MAX_GUIDE_TEXT_CHARS} characters.`;
  return { role, name, path, text };
}

const isRole = (role: string | undefined): role is GuideRole =>
  (GUIDE_ROLES as readonly (string | undefined)[]).includes(role);

const unescaped = (text: string): string => text.replace(/\\(?=[!-/:-@[-`{-~])/g, '');

const MAX_QUOTED_CHARS = 60;
const clip = (text: string): string => (text.length > MAX_QUOTED_CHARS ? `${text.slice(0, MAX_QUOTED_CHARS)}…` : text);
const quoted = (text: string): string => `“${clip(text)}”`;

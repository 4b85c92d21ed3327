import type { Addition } from '#domain/escalation/additions.ts';
import { DEFAULT_RANK_POLICY } from '#domain/priority/rank.ts';
import { isArea } from '#domain/queue/incident.ts';
import type { PathStep } from '#domain/queue/path.ts';
import { DEFAULT_QUEUE_BEHAVIOUR } from '#domain/queue/queue.ts';
import { settingsProblems } from '#domain/queue/settings-problems.ts';
import { parseNeed } from '#domain/routing/skill.ts';
import type { ProblemIssue } from '#protocol/problem.ts';
import type { NamedSettings, QueueSettings } from '#protocol/queue-settings.ts';
import { durationText } from './durations.ts';
import {
  AREAS,
  FIELDS,
  type Field,
  MAX_AREA_CHARS,
  MAX_SKILLS,
  MAX_STEPS,
  PATH,
  STEP_AFTER,
  STEP_MINUTES,
} from './fields.ts';
import { setAt, valueAt } from './paths.ts';
import { numberText, parseNumber, readText, textOf } from './text.ts';

/** What stands in the fields: text, so that something half written stays as it was written. */
export type Draft = {
  /** Single fields by their path. */
  values: Readonly<Record<string, string>>;
  areas: readonly AreaDraft[];
  steps: readonly StepDraft[];
};
/** `key` is the row's own, for as long as the page is open: rows move. */
export type AreaDraft = { key: string; area: string; minutes: string };
export type StepDraft = {
  key: string;
  do: PathStep['do'];
  after: string;
  skipWhenNobody: boolean;
  minutes: string;
  skills: string;
  /** The last relax class that is dropped. */
  relaxTo: string;
  to: string;
};

/** Somewhere in the form; `path` names the control. */
export type Issue = ProblemIssue;

let made = 0;
const newKey = (): string => {
  made += 1;
  return `row-${made}`;
};

const { revision: _, asOf: __, ownerName: ___, hours: ____, incidents: _____, ...behaviour } = DEFAULT_QUEUE_BEHAVIOUR;
export const DEFAULT_SETTINGS: QueueSettings = {
  ...behaviour,
  rank: DEFAULT_RANK_POLICY,
  relaxAfterMs: [null, null, null],
  path: [],
  asks: [],
};

/** The settings as they stand in the fields. */
export function draftOf(settings: NamedSettings): Draft {
  return {
    values: Object.fromEntries(FIELDS.map((field) => [field.path, textOf(field, valueAt(settings, field.path))])),
    areas: Object.entries(settings.rank.areaMinutes).map(([area, minutes]) => ({
      key: newKey(),
      area,
      minutes: numberText(minutes),
    })),
    steps: settings.path.map((step) => ({
      ...newStep(),
      do: step.do,
      after: durationText(step.afterMs),
      skipWhenNobody: step.skipWhenNobody === true,
      minutes: step.do === 'raise' ? numberText(step.minutes) : '',
      skills: step.do === 'also_allow' ? step.skills.join(', ') : '',
      relaxTo: step.do === 'relax' ? String(step.to) : '3',
      to: step.do === 'overflow' ? step.to : '',
    })),
  };
}

export const newArea = (): AreaDraft => ({ key: newKey(), area: '', minutes: '' });
export const newStep = (): StepDraft => ({
  key: newKey(),
  do: 'raise',
  after: '',
  skipWhenNobody: false,
  minutes: '',
  skills: '',
  relaxTo: '3',
  to: '',
});

/** What a field says when nobody has changed it; name and tier are each queue's own. */
export const defaultDraftOf = ({ name, tier }: { name: string; tier: number }): Draft =>
  draftOf({ ...DEFAULT_SETTINGS, name, tier });
export const EMPTY_DRAFT: Draft = defaultDraftOf({ name: '', tier: 1 });

type Queues = readonly { id: string; name: string; tier: number; asks: readonly Addition[] }[];
export type ReadDraft = { ok: true; settings: NamedSettings } | { ok: false; issues: Issue[] };

/**
 * The fields as settings, or everything that is wrong with them and where, in the order of the page. What the other queues' paths do with it
 * only the server knows.
 */
export function readDraft(draft: Draft, queue: { id: string }, queues: Queues): ReadDraft {
  const issues: Issue[] = [];
  const read = (field: Field, path: string, text: string): unknown => {
    const result = readText(field, text);
    if (result.ok) return result.value;
    issues.push({ path, message: result.message });
    return null;
  };

  const settings: NamedSettings = { ...structuredClone(DEFAULT_SETTINGS), name: '', tier: 1 };
  settings.fairness = { count: 1, windowMs: 1000 };
  for (const field of FIELDS) setAt(settings, field.path, read(field, field.path, draft.values[field.path] ?? ''));
  settings.fairness = readFairness(draft, settings.fairness, issues);
  settings.rank.areaMinutes = readAreas(draft.areas, issues);
  settings.path = draft.steps.map((step, index) => readStep(step, `${PATH}.${index}`, read, issues));
  if (draft.steps.length > MAX_STEPS) issues.push({ path: PATH, message: `At most ${MAX_STEPS} steps.` });

  if (issues.length === 0) {
    // What needs every value to be one.
    const known = queues.map((one) => ({ ...one, id: one.id as never, path: [] }));
    for (const { path, message } of settingsProblems({ ...settings, id: queue.id as never }, settings, known))
      issues.push({ path, message: message.charAt(0).toUpperCase() + message.slice(1) });
  }
  return issues.length === 0 ? { ok: true, settings } : { ok: false, issues: inPageOrder(issues) };
}

function readFairness({ values }: Draft, value: QueueSettings['fairness'], issues: Issue[]): QueueSettings['fairness'] {
  const missing = ['fairness.count', 'fairness.windowMs'].filter((path) => (values[path] ?? '').trim() === '');
  if (missing.length === 2) return null;
  if (missing[0] !== undefined)
    issues.push({
      path: missing[0],
      message: 'A number of pieces and a window go together: fill in both, or neither.',
    });
  return value;
}

const AREA_MINUTES = { path: '', label: '', help: '', kind: 'number', min: 0, max: 100_000 } as const;

function readAreas(rows: readonly AreaDraft[], issues: Issue[]): Record<string, number> {
  const minutes: Record<string, number> = {};
  for (const [index, row] of rows.entries()) {
    const area = row.area.trim();
    const report = (part: string, message: string) => issues.push({ path: `${AREAS}.${index}.${part}`, message });
    if (area === '') report('area', 'Name the area, or remove the row.');
    else if (area.length > MAX_AREA_CHARS) report('area', `At most ${MAX_AREA_CHARS} characters.`);
    else if (!isArea(area)) report('area', 'Write one part of an address, such as billing.');
    else if (Object.hasOwn(minutes, area)) report('area', `${area} is there twice.`);
    const read = readText(AREA_MINUTES, row.minutes);
    if (!read.ok) report('minutes', read.message);
    else if (area !== '') minutes[area] = read.value as number;
  }
  return minutes;
}

function readStep(
  step: StepDraft,
  path: string,
  read: (field: Field, path: string, text: string) => unknown,
  issues: Issue[],
): PathStep {
  const header = {
    afterMs: read(STEP_AFTER, `${path}.afterMs`, step.after) as number,
    ...(step.skipWhenNobody ? { skipWhenNobody: true } : {}),
  };
  switch (step.do) {
    case 'raise': {
      const minutes = parseNumber(step.minutes);
      const { min, max } = STEP_MINUTES;
      if (minutes === null)
        issues.push({ path: `${path}.minutes`, message: 'Write a number of minutes such as 10; −10 moves back.' });
      else if (minutes < min || minutes > max)
        issues.push({
          path: `${path}.minutes`,
          message: `Between −${numberText(-min)} and ${numberText(max)} minutes.`,
        });
      return { ...header, do: 'raise', minutes: minutes ?? 0 };
    }
    case 'also_allow': {
      const skills = step.skills.split(/[\s,]+/).filter((skill) => skill !== '');
      const wrong = skills.find((skill) => parseNeed(skill) === null);
      if (wrong !== undefined)
        issues.push({
          path: `${path}.skills`,
          message: `“${wrong}” is no skill. Write a name, with a level if it matters: api, api>=3.`,
        });
      else if (skills.length > MAX_SKILLS)
        issues.push({ path: `${path}.skills`, message: `At most ${MAX_SKILLS} skills.` });
      return { ...header, do: 'also_allow', skills };
    }
    case 'relax':
      return { ...header, do: 'relax', to: Number(step.relaxTo) as 1 | 2 | 3 };
    case 'overflow':
      if (step.to === '') issues.push({ path: `${path}.to`, message: 'Choose a queue.' });
      return { ...header, do: 'overflow', to: step.to as never };
  }
}

/** Where each control stands on the page, so that the first issue is the topmost. */
function inPageOrder(issues: Issue[]): Issue[] {
  const order = [...FIELDS.map(({ path }) => path)];
  order.splice(order.indexOf('cost') - 1, 0, AREAS);
  order.splice(order.indexOf('advanceOnLapse'), 0, PATH);
  const placeOf = ({ path }: Issue) => {
    const place = order.findIndex((one) => path === one || path.startsWith(`${one}.`));
    return place === -1 ? order.length : place;
  };
  return issues
    .map((issue, index) => ({ issue, index, place: placeOf(issue) }))
    .sort((a, b) => a.place - b.place || a.index - b.index)
    .map(({ issue }) => issue);
}

/**
 * The server's issues at the controls of this form: it names an area by its name, the form by its row, and one skill of a step is one word in
 * the step's field. What has no control keeps its path and is said in the summary alone.
 */
export function placeIssues(issues: readonly Issue[], draft: Draft): Issue[] {
  return issues.map(({ path, message }) => {
    const said = message.charAt(0).toUpperCase() + message.slice(1);
    if (path.startsWith(`${AREAS}.`)) {
      const row = draft.areas.findIndex(({ area }) => area.trim() === path.slice(AREAS.length + 1));
      return { path: row === -1 ? AREAS : `${AREAS}.${row}.minutes`, message: said };
    }
    return { path: path.replace(/^(path\.\d+\.skills)\.\d+$/, '$1'), message: said };
  });
}

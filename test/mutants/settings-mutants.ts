import type { Mutant } from './mutants.ts';

const ROOM = 'widget/console/settings';
const PROBLEMS = 'worker/domain/queue/settings-problems.ts';
const ROUTE = 'worker/routes/queues.ts';

const form = (name: string, file: string, from: string, to: string): Mutant => ({
  name,
  file,
  from,
  to,
  suite: 'settings',
});

/** Planted bugs of the settings: what guards a change, and what is said of a wrong one. */
export const SETTINGS_MUTANTS: Mutant[] = [
  {
    name: 'settings made from older ones are saved over newer ones',
    file: 'worker/storage/workspaces.ts',
    from: " and coalesce(json_extract(config, '$.revision'), 0) = ?4",
    to: ' and ?4 >= 0',
    suite: 'offers',
  },
  {
    name: 'everybody changes how a queue works',
    file: ROUTE,
    from: "least: 'admin',\n      deed: 'change how a queue works',",
    to: "least: 'viewer',\n      deed: '',",
    suite: 'offers',
  },
  {
    name: 'a stranger owns a queue',
    file: ROUTE,
    from: 'ownerId !== null && !agents.some(({ id }) => id === ownerId)',
    to: 'false',
    suite: 'offers',
  },
  {
    name: 'a preview says that nothing was different',
    file: 'durable-objects/queue-object.ts',
    from: 'was: { dueAt: was.dueAt, rank: was.terms, needs: was.needsKey }',
    to: 'was: { dueAt: entry.dueAt, rank: entry.terms, needs: entry.needsKey }',
    suite: 'offers',
  },
  {
    name: 'promises made from older ones are published over newer ones',
    file: 'worker/storage/sla.ts',
    from: 'if (known === null || known.active !== from) return false;',
    to: 'if (known === null) return false;',
    suite: 'promise_object',
  },
  {
    name: 'of two who publish at once both do',
    file: 'worker/storage/sla.ts',
    from: '        version: known.last + 1,\n',
    to: '',
    suite: 'promise_object',
  },
  {
    name: 'a calendar that was taken out stays',
    file: 'worker/storage/sla.ts',
    from: ' and id not in (select value from json_each(?2))',
    to: ' and id not in (select value from json_each(?2)) and false',
    suite: 'promise_object',
  },
  {
    name: 'routes made from older ones are saved over newer ones',
    file: 'worker/storage/routes.ts',
    from: " and coalesce(json_extract(settings, '$.routesRevision'), 0) = ?2",
    to: ' and ?2 >= 0',
    suite: 'made',
  },
  {
    name: 'everybody makes queues',
    file: ROUTE,
    from: "least: 'admin',\n      deed: 'make queues',",
    to: "least: 'viewer',\n      deed: '',",
    suite: 'made',
  },
  {
    name: 'a queue that is made again is another',
    file: ROUTE,
    from: "await derivedId('queue', workspaceId, clientId)",
    to: "await derivedId('queue', workspaceId, clientId, String(line.at))",
    suite: 'made',
  },
  {
    name: 'another name leaves no line in the log',
    file: 'worker/storage/workspaces.ts',
    from: "...(isRenamed ? [line('/name'",
    to: "...(was.tier < 0 ? [line('/name'",
    suite: 'made',
  },
  {
    name: 'a preview of routes lets in what leads nowhere',
    file: 'worker/routes/routes.ts',
    from: '      refuseWrong(body, queues);\n',
    to: '',
    suite: 'made',
  },
  form('a route may lead to no queue', 'worker/domain/routing/route-table.ts', '!slugs.includes(queue)', 'false'),
  form(
    'everything else may go nowhere',
    'worker/domain/routing/route-table.ts',
    '!slugs.includes(table.fallback)',
    'false',
  ),
  form(
    'a preview of routes moves what a trigger sent',
    'worker/domain/routing/routes-preview.ts',
    '!isByRoute(one.because)',
    'false',
  ),
  form('two queues may have one name', PROBLEMS, 'id !== queue.id && isSameName(name, queue.name)', 'false'),
  form('another tier is not looked at from below', PROBLEMS, 'tier < queue.tier && path.some', 'false && path.some'),
  form('a path in a circle is let in', PROBLEMS, 'leadsBack(queue.id, step.to, overflowsOf)', 'step.to === queue.id'),
  form('relaxing that never comes is let in', PROBLEMS, 'if (before === null)', 'if (before === undefined)'),
  form(
    'a save goes out with what is wrong',
    `${ROOM}/settings-form.ts`,
    '      if (!current.ok) {\n        refusals',
    '      if (false as boolean) {\n        refusals',
  ),
  form(
    'what is typed during a save is lost',
    `${ROOM}/settings-form.ts`,
    'draft.peek() === sent ? subject.draftOf(answer.value) : draft.peek()',
    'subject.draftOf(answer.value)',
  ),
  form(
    'a conflict is saved over at the second try',
    `${ROOM}/settings-form.ts`,
    ' || met.peek() !== null) return;',
    ') return;',
  ),
  form(
    'a field is told off before it is left',
    `${ROOM}/settings-form.ts`,
    'hasTried.value || touched.value.has(path)',
    'true || touched.value.has(path)',
  ),
  form(
    'an objection outlives what it was about',
    `${ROOM}/settings-form.ts`,
    '      draft.value = next(draft.peek());\n      answered.value = [];',
    '      draft.value = next(draft.peek());',
  ),
  form('a late preview is taken for the newest', `${ROOM}/previewing.ts`, 'if (mine !== asked) return;', ''),
  form(
    'mine is lost on top of theirs',
    `${ROOM}/catalogue.ts`,
    'withPath(catalogue, draft, path, mine), theirs)',
    'withPath(catalogue, draft, path, theirs), theirs)',
  ),
  form('a number without a unit is a time', `${ROOM}/durations.ts`, '[a-z]+\\s*)+$/.test', '[a-z]*\\s*)+$/.test'),
  form(
    'half of fairness is enough',
    `${ROOM}/draft.ts`,
    'if (missing.length === 2) return null;',
    'if (missing.length > 0) return null;',
  ),
  form('an area may be there twice', `${ROOM}/draft.ts`, 'Object.hasOwn(minutes, area)', 'false'),
  form(
    'a removed calendar stays in use',
    `${ROOM}/promise-draft.ts`,
    '!draft.calendars.some((calendar) => calendar.id === id)',
    'false',
  ),
];

import type { Context } from 'hono';
import type { PrivacyJobId } from '#domain/ids.ts';
import { ERASURE_STEPS } from '#domain/privacy/data-map.ts';
import { privacyJobId } from '#protocol/primitives.ts';
import {
  newPrivacyJob,
  type PrivacyJob,
  personFound,
  personWanted,
  privacyJob,
  privacyJobsAnswer,
} from '#protocol/privacy-jobs.ts';
import type { AppEnv } from '../app-env.ts';
import { ProblemError } from '../middleware/problems.ts';
import { EXPORT_MS, exportKey } from '../privacy/files.ts';
import { firstStep, runPrivacyJob } from '../privacy/run-jobs.ts';
import { insertAudit } from '../storage/audit.ts';
import { derivedId, newId } from '../storage/ids.ts';
import { isKnown, personOf, visitorOfConversation } from '../storage/personal-data.ts';
import { askForJob, jobById, jobsOf, lastDoneJob, type PrivacyJobRow } from '../storage/privacy-jobs.ts';
import { type Api, param } from './api.ts';

const SHOWN = 100;

/** [Y2] Everything about a person, to have it or to have it gone. */
export function addPrivacyJobs(api: Api): void {
  const shared = { access: 'agent', keys: null, least: 'admin', tag: 'Agent' } as const;

  api.add(
    {
      ...shared,
      method: 'post',
      path: '/v1/privacy/jobs',
      deed: 'export or erase people',
      summary: 'Export or erase everything about a visitor',
      description:
        'Owners and admins; only owners erase. About whom is said by `visitorId`, or by `subject` as in the identity token. It begins at once and goes on by itself. Asked for twice it is the same job while it is under way; an erasure that is done is not done again, unless there is something of this visitor anew.',
      body: newPrivacyJob,
      answer: privacyJob,
    },
    async (c, { body }) => {
      const { workspaceId, id, name, role } = c.get('agent');
      const { kind, subject } = body;
      if (kind === 'erasure' && role !== 'owner')
        throw new ProblemError('forbidden', 'Only owners erase people: it cannot be undone.');
      const visitorId = body.visitorId ?? (await derivedId('visitor', workspaceId, 'subject', subject as string));
      if (!(await isKnown(c.env.DB, workspaceId, visitorId))) {
        const done = kind === 'erasure' ? await lastDoneJob(c.env.DB, workspaceId, kind, visitorId) : null;
        if (done === null) throw new ProblemError('not_found', 'Nothing is known of such a visitor.');
        return c.json(toAnswer(done));
      }
      const now = Date.now();
      const job = await askForJob(
        c.env.DB,
        { workspaceId, id: newId('privacyJob'), kind, visitorId, by: { id, name }, askedAt: now },
        firstStep(kind),
      );
      c.executionCtx.waitUntil(runPrivacyJob(c.env, job, now));
      return c.json(toAnswer(job));
    },
  );

  api.add(
    {
      ...shared,
      method: 'post',
      path: '/v1/privacy/find',
      deed: 'find people to export or erase',
      isRead: true,
      summary: 'Whom an export or erasure would be about',
      description:
        'Owners and admins. By `subject` as in the identity token, by `visitorId`, or by a conversation: its `conversationId`, or its `number` (1042 of BTN-1042). In a body, so that no id of a person is in an address. Changes nothing.',
      body: personWanted,
      answer: personFound,
    },
    async (c, { body }) => {
      const { workspaceId } = c.get('agent');
      const visitorId =
        body.visitorId ??
        (body.subject === undefined
          ? await visitorOfConversation(c.env.DB, workspaceId, body)
          : await derivedId('visitor', workspaceId, 'subject', body.subject));
      const person = visitorId === null ? null : await personOf(c.env.DB, workspaceId, visitorId);
      if (person === null) throw new ProblemError('not_found', 'Nothing is known of such a visitor.');
      return c.json(person);
    },
  );

  api.add(
    {
      ...shared,
      method: 'get',
      path: '/v1/privacy/jobs',
      deed: 'see who was exported or erased',
      summary: 'Exports and erasures',
      description: 'Owners and admins. The latest hundred.',
      answer: privacyJobsAnswer,
    },
    async (c) => {
      const jobs = await jobsOf(c.env.DB, c.get('agent').workspaceId, SHOWN);
      return c.json({ jobs: jobs.map(toAnswer) });
    },
  );

  api.add(
    {
      ...shared,
      method: 'get',
      path: '/v1/privacy/jobs/:jobId',
      deed: 'see who was exported or erased',
      summary: 'How far an export or erasure is, and its receipt',
      params: { jobId: privacyJobId },
      answer: privacyJob,
    },
    async (c) => c.json(toAnswer(await requireJob(c))),
  );

  api.add(
    {
      ...shared,
      method: 'get',
      path: '/v1/privacy/jobs/:jobId/download',
      deed: 'read exports',
      summary: 'What an export found',
      description: 'Owners and admins, for seven days. Lines of JSON: the store and what it holds.',
      params: { jobId: privacyJobId },
      answerType: 'application/x-ndjson',
    },
    async (c) => {
      const job = await requireJob(c);
      const file = await c.env.REPLAYS.get(exportKey(job.workspaceId, job.visitorId, job.id));
      if (file === null) throw new ProblemError('not_found', 'There is no export, or no more: it is kept for 7 days.');
      const { id: by, name } = c.get('agent');
      const at = Date.now();
      await insertAudit(c.env.DB, job.workspaceId, {
        ...{ id: `privacy/${job.id}/read/${at}`, at, by: { id: by, name }, deed: 'person.export_read' },
        ...{ about: job.id, detail: '' },
      }).run();
      return new Response(file.body, {
        headers: {
          'content-type': 'application/x-ndjson',
          'content-disposition': `attachment; filename="${job.id}.ndjson"`,
        },
      });
    },
  );
}

async function requireJob(c: Context<AppEnv>): Promise<PrivacyJobRow> {
  const job = await jobById(c.env.DB, c.get('agent').workspaceId, param<PrivacyJobId>(c, 'jobId'));
  if (job === null) throw new ProblemError('not_found', 'This workspace has no such job.');
  return job;
}

function toAnswer(row: PrivacyJobRow): PrivacyJob {
  const { id, kind, visitorId, by, askedAt, step, failures, doneAt, receipt } = row;
  const steps: readonly string[] = kind === 'erasure' ? ERASURE_STEPS : ['write'];
  const progress = { step, n: doneAt === null ? steps.indexOf(step) : steps.length, of: steps.length };
  const nextAt = doneAt === null ? row.nextAt : null;
  const ends = kind === 'export' && doneAt !== null && !row.isGone ? doneAt + EXPORT_MS : 0;
  const downloadUntil = ends > Date.now() ? ends : null;
  return { id, kind, visitorId, askedBy: by.name, askedAt, progress, failures, nextAt, doneAt, receipt, downloadUntil };
}

import type { PersonFound, PersonWanted, PrivacyJob, PrivacyJobsAnswer } from '#protocol/privacy-jobs.ts';
import { type Answer, call } from '../api.ts';
import { inWorkspace } from '../which-workspace.ts';

/** [Y2] [Y9] Everything about one person, to have it or to have it gone. */
export const privacyJobsApi = {
  load: (): Promise<Answer<PrivacyJobsAnswer>> => call('/v1/privacy/jobs'),
  find: (wanted: PersonWanted): Promise<Answer<PersonFound>> =>
    call('/v1/privacy/find', { method: 'POST', body: wanted }),
  ask: (kind: PrivacyJob['kind'], visitorId: string): Promise<Answer<PrivacyJob>> =>
    call('/v1/privacy/jobs', { method: 'POST', body: { kind, visitorId } }),
};

export const downloadHref = ({ id }: PrivacyJob): string => inWorkspace(`/v1/privacy/jobs/${id}/download`);

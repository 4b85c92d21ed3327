import type { EndedSessions, SessionsAnswer } from '#protocol/sessions.ts';
import { type Answer, call } from '../api.ts';

/** [S31] [S39] [S41] Of whoever is signed in, their own. */
export const sessionsApi = {
  load: (): Promise<Answer<SessionsAnswer>> => call('/v1/sessions'),
  end: (id: string): Promise<Answer<SessionsAnswer>> => call(`/v1/sessions/${id}/end`, { method: 'POST', body: {} }),
  endOthers: (): Promise<Answer<EndedSessions>> => call('/v1/sessions/end-others', { method: 'POST', body: {} }),
  changePassword: (current: string, next: string): Promise<Answer<EndedSessions>> =>
    call('/v1/password', { method: 'POST', body: { current, next } }),
};

import { Hono } from 'hono';
import type { AppEnv } from './app-env.ts';
import { runEach } from './clock.ts';
import { type Env, settingsOf } from './env.ts';
import { onError, onNotFound } from './middleware/problems.ts';
import { requestId } from './middleware/request-id.ts';
import { safeHeaders } from './middleware/safe-headers.ts';
import { forgetPast } from './privacy/forget-past.ts';
import { eraseTheRestored, forgetExports, runPrivacyJobs } from './privacy/run-jobs.ts';
import { forgetRecordings } from './retention.ts';
import { addAccounts } from './routes/accounts.ts';
import { addAgents } from './routes/agents.ts';
import { addAnswerCosts } from './routes/answer-costs.ts';
import { Api } from './routes/api.ts';
import { addApiKeys } from './routes/api-keys.ts';
import { addArticles } from './routes/articles.ts';
import { addAudit } from './routes/audit.ts';
import { addConversations } from './routes/conversations.ts';
import { addFind } from './routes/find.ts';
import { addHealth } from './routes/health.ts';
import { addIncidents } from './routes/incidents.ts';
import { addIntents } from './routes/intents.ts';
import { addInvitations } from './routes/invitations.ts';
import { addMe } from './routes/me.ts';
import { addMembers } from './routes/members.ts';
import { addMetrics } from './routes/metrics.ts';
import { addOidc } from './routes/oidc.ts';
import { addPages, addPlayerPages } from './routes/pages.ts';
import { addPasskeys } from './routes/passkeys.ts';
import { addPasswords } from './routes/passwords.ts';
import { addPeople } from './routes/people.ts';
import { addPolicies } from './routes/policies.ts';
import { addPrivacy } from './routes/privacy.ts';
import { addPrivacyJobs } from './routes/privacy-jobs.ts';
import { addQueues } from './routes/queues.ts';
import { addRecordingDeletion } from './routes/recording-deletion.ts';
import { addRecordings } from './routes/recordings.ts';
import { addRoutes } from './routes/routes.ts';
import { addSessions } from './routes/sessions.ts';
import { addSla } from './routes/sla.ts';
import { addSockets } from './routes/sockets.ts';
import { addVisits } from './routes/visits.ts';
import { addWebhooks } from './routes/webhooks.ts';
import { addWorkspace } from './routes/workspace.ts';
import { forgetEvaluations } from './storage/evaluations.ts';
import { forgetChallenges } from './storage/passkeys.ts';
import { sealSecrets } from './storage/seal-secrets.ts';
import { learnFromOutcomes, learnIntents } from './training.ts';
import { findOverdue } from './watchdog.ts';
import { sendWebhooks } from './webhooks.ts';

/** Everything on the public origin; its `specs` are the API's description. */
export function publicApi(): Api {
  const api = new Api();
  addVisits(api);
  addConversations(api);
  addRecordings(api);
  addRecordingDeletion(api);
  addPrivacy(api);
  addPrivacyJobs(api);
  addPolicies(api);
  addAccounts(api);
  addOidc(api);
  addPasskeys(api);
  addPasswords(api);
  addSessions(api);
  addWorkspace(api);
  addAnswerCosts(api);
  addWebhooks(api);
  addFind(api);
  addPeople(api);
  addApiKeys(api);
  addMembers(api);
  addInvitations(api);
  addMe(api);
  addQueues(api);
  addRoutes(api);
  addSla(api);
  addIncidents(api);
  addIntents(api);
  addArticles(api);
  addAgents(api);
  addAudit(api);
  addMetrics(api);
  addSockets(api);
  addHealth(api);
  addPages(api);
  return api;
}

function playerApi(): Api {
  const api = new Api();
  addPlayerPages(api);
  return api;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** The Worker: HTTP, and the watchdog every minute. Two origins, two sets of addresses: what plays recordings shares nothing with what holds sessions. */
export function createApp(): ExportedHandler<Env> {
  const wrap = (api: Api): Hono<AppEnv> => {
    const app = new Hono<AppEnv>();
    app.use(requestId);
    app.use(safeHeaders);
    app.route('/', api.app);
    app.onError(onError);
    app.notFound(onNotFound(api));
    return app;
  };
  const main = wrap(publicApi());
  const player = wrap(playerApi());
  return {
    fetch(request, env, context) {
      const isPlayer = new URL(request.url).host === new URL(settingsOf(env).replayOrigin).host;
      return (isPlayer ? player : main).fetch(request, env, context);
    },
    async scheduled({ scheduledTime }, env) {
      const now = Date.now();
      const isHour = scheduledTime % HOUR_MS < MINUTE_MS;
      await runEach([
        ['overdue', () => findOverdue(env)],
        ['recordings', () => forgetRecordings(env, now)],
        ['privacy', () => runPrivacyJobs(env, now)],
        ['secrets', () => sealSecrets(env.DB, settingsOf(env).masterKeys)],
        ...(isHour
          ? ([
              ['evaluations', () => forgetEvaluations(env.DB, now)],
              ['exports', () => forgetExports(env, now)],
              ['challenges', () => forgetChallenges(env.DB, now)],
              ['restored', () => eraseTheRestored(env, now)],
            ] as const)
          : []),
        ['intents', () => learnIntents(env)],
        ['outcomes', () => learnFromOutcomes(env, now)],
        ['past', () => forgetPast(env, now)],
        // Last: what others are slow at holds nothing of ours.
        ['webhooks', () => sendWebhooks(env)],
      ]);
    },
  };
}

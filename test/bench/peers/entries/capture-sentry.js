import { getReplay, init, replayIntegration } from '@sentry/browser';

window.subject = {
  start: (ingest) =>
    void init({
      dsn: `${ingest.replace('//', '//key@')}/1`,
      integrations: [replayIntegration({ minReplayDuration: 0 })],
      replaysSessionSampleRate: 1,
    }),
  flush: () => getReplay().flush(),
};

import { init, replayIntegration } from '@sentry/browser';

init({ dsn: 'https://key@example.com/1', integrations: [replayIntegration()], replaysOnErrorSampleRate: 1 });

// The button; its form and its screenshot are fetched when it is pressed.
import { feedbackAsyncIntegration, init } from '@sentry/browser';

init({ dsn: 'https://key@example.com/1', integrations: [feedbackAsyncIntegration()] });

// The button, the form and the screenshot in one.
import { feedbackIntegration, init } from '@sentry/browser';

init({ dsn: 'https://key@example.com/1', integrations: [feedbackIntegration()] });

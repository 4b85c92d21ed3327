// The core fetches this file when recording is on.
import 'posthog-js/dist/lazy-recorder.js';

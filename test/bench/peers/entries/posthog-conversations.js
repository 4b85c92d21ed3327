// Button and panel; the core fetches this file.
import 'posthog-js/dist/conversations.js';

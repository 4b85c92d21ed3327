// The smallest that can have conversations: the slim core with that one extension.
import { ConversationsExtensions } from 'posthog-js/dist/extension-bundles.js';
import posthog from 'posthog-js/dist/module.slim.js';

posthog.init('key', { api_host: 'https://example.com', __extensionClasses: ConversationsExtensions });

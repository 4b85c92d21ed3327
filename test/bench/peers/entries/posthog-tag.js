// What the documented tag loads.
import 'posthog-js/dist/array.js';

import posthog from 'posthog-js';

window.subject = {
  // A browser without a screen is a robot to it, and robots are not recorded.
  start: (ingest) =>
    void posthog.init('key', { api_host: ingest, person_profiles: 'always', opt_out_useragent_filter: true }),
  // It has no call for that; it sends every two seconds.
  flush: () => new Promise((resolve) => setTimeout(resolve, 3000)),
};

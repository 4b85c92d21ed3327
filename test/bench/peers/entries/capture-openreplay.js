import Tracker from '@openreplay/tracker';

let tracker;
window.subject = {
  start: (ingest) => {
    tracker = new Tracker({ projectKey: 'key', ingestPoint: `${ingest}/openreplay`, __DISABLE_SECURE_MODE: true });
    void tracker.start();
  },
  // Only its end sends what its worker still holds.
  flush: () => {
    tracker.stop();
    return new Promise((resolve) => setTimeout(resolve, 3000));
  },
};

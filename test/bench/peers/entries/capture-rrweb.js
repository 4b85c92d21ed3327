// The library with nothing around it, as its guide shows it: events in an array.
import { record } from '@rrweb/record';

const events = [];
window.subject = {
  start: () => void record({ emit: (event) => events.push(event) }),
  flush: async () => {},
  // Lines, so that the reader can also compress it in pieces.
  recorded: () => events.map((event) => JSON.stringify(event)),
};

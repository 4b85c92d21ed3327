import { defineConfig } from 'vitest/config';

/** Plain Node, no platform: the pure kernel, and whatever takes its platform as functions. */
export default defineConfig({
  test: {
    name: 'unit',
    include: ['test/unit/**/*.test.{ts,tsx}'],
    environment: 'node',
    // What runs by seeds takes as long as the machine is busy.
    testTimeout: 30_000,
  },
});

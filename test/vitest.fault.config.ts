import { defineConfig } from 'vitest/config';

/** Whole servers that are killed. One file at a time: two of them on two cores would only measure each other. */
export default defineConfig({
  test: {
    name: 'fault',
    include: ['test/fault/**/*.test.ts'],
    environment: 'node',
    fileParallelism: false,
    testTimeout: 240_000,
    hookTimeout: 180_000,
    // What is waited for comes when it comes: a busy machine is no failure.
    expect: { poll: { timeout: 10_000 } },
  },
});

import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{apps,packages}/*/test/**/*.test.ts"],
    globalSetup: ["packages/testkit/src/global-setup.ts"],
    reporters: ["default", "./packages/testkit/src/summary-reporter.ts"],
    pool: "forks",
    // Much of the time is waiting for processes and stores, so two at a time suit a small machine as well.
    maxWorkers: "100%",
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});

import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{apps,packages}/*/test/**/*.test.ts"],
    globalSetup: ["packages/testkit/src/global-setup.ts"],
    reporters: ["default", "./packages/testkit/src/summary-reporter.ts"],
    pool: "forks",
    // Much of the time is waiting for processes and stores, so two at a time suit a small machine as well.
    maxWorkers: "100%",
    execArgv: ["--import", new URL("apps/cli/src/stack/load-quickly.ts", import.meta.url).href],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});

import type { Reporter, TestModule } from "vitest/node";

/** Ends the output with one line that people and machines count by: `N passed, N failed`. Skipped tests are named above. */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const count = (state: string) => tests.filter((test) => test.result().state === state).length;
    const brokenFiles = modules.filter((module) => module.state() === "failed" && module.errors().length > 0).length;
    const skipped = tests.filter((test) => test.result().state === "skipped");
    // The default reporter writes its summary in the same turn; the count belongs after it.
    process.once("beforeExit", () =>
      this.print(
        skipped.map((test) => test.fullName),
        count("passed"),
        count("failed") + brokenFiles + errors.length,
      ),
    );
  }

  private print(skipped: readonly string[], passed: number, failed: number): void {
    for (const name of skipped) process.stdout.write(`skipped: ${name}\n`);
    process.stdout.write(`${passed} passed, ${failed} failed\n`);
  }
}

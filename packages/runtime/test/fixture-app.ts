import { runApp, SettingsError } from "../src/index.ts";

/** An app of which a test chooses the behaviour by its first argument. */
const [behaviour] = process.argv.slice(2);
const alive = setInterval(() => {}, 1_000);

await runApp("fixture", async ({ listening, fail, stopping }) => {
  if (behaviour === "bad-setting") throw new SettingsError(["A: first", "B: second"]);
  if (behaviour === "broken") throw new Error("cannot start");
  if (behaviour === "fails-later") setImmediate(() => fail(new Error("lost my licence")));
  if (behaviour === "rejects-later") setImmediate(() => Promise.reject(new Error("nobody caught this")));
  if (behaviour === "starts-forever") {
    process.send?.("starting");
    await new Promise(() => {});
  }
  listening(4711);
  return [
    () => clearInterval(alive),
    () => process.stdout.write("second "),
    async () => {
      if (behaviour === "bad-closer") throw new Error("stuck lid");
      process.stdout.write(`first aborted=${stopping.aborted} `);
    },
  ];
});

import { join } from "node:path";
import { startEmbeddedPostgres } from "@verdict/db/embedded";
import { SettingsError } from "@verdict/runtime";
import { expect, test, vi } from "vitest";
import { migrateAll } from "../src/stack/migrate-all.ts";
import { givenDataDir } from "./given-stack.ts";

vi.setConfig({ testTimeout: 60_000 });

test("it can run again and at the same time, and says what is wrong with an address", async () => {
  const dataDir = join(givenDataDir(), "postgres");
  const server = await startEmbeddedPostgres({ dataDir, password: "right", settings: { fsync: "off" } });
  try {
    const { url } = server;
    const migrate = (databaseUrl: string, queueUrl = url) =>
      migrateAll({ databaseUrl, queueUrl, queuePrefix: "verdict" });
    await Promise.all([migrate(url), migrate(url)]);
    await expect(migrate(url, "redis://127.0.0.1:1")).rejects.toThrow(
      new SettingsError("QUEUE_URL: the server cannot be reached"),
    );

    const refused = 'the server refuses: password authentication failed for user "verdict"';
    const wrong = url.replace("right", "wrong");
    await expect(migrate(wrong)).rejects.toThrow(new SettingsError(`DATABASE_URL: ${refused}`));
    await expect(migrate(url, wrong)).rejects.toThrow(new SettingsError(`QUEUE_URL: ${refused}`));
    await expect(migrate("postgres://u:p@127.0.0.1:1/x")).rejects.toThrow(
      new SettingsError("DATABASE_URL: the server cannot be reached (ECONNREFUSED)"),
    );
  } finally {
    await server.stop();
  }
});

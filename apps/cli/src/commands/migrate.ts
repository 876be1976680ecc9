import { environment, readEnv, SettingsError } from "@verdict/runtime";
import { Command } from "commander";
import { withManual } from "../manual.ts";

export const migrateCommand = () =>
  withManual(
    new Command("migrate")
      .description("bring the database and the queue to this version's schema (npm start does it by itself)")
      .option("--json", "print the result as JSON", false)
      .action(runMigrate),
    { examples: [["migrate", "before a new version's first process; safe at any time, also by several at once"]] },
  );

async function runMigrate({ json }: { json: boolean }): Promise<void> {
  const [{ readStack }, { migrateAll }] = await Promise.all([
    import("../stack/stack-file.ts"),
    import("../stack/migrate-all.ts"),
  ]);
  const env = readEnv(environment(false).pick(settings).partial({ DATABASE_URL: true }), process.env);
  const running = env.DATABASE_URL ? null : readStack(env.DATA_DIR);
  // What migrates takes locks that last as long as its session.
  const databaseUrl = env.DATABASE_DIRECT_URL ?? env.DATABASE_URL ?? running?.databaseUrl;
  if (!databaseUrl) throw new SettingsError(`DATABASE_URL: not set, and nothing runs on ${env.DATA_DIR}`);

  const queueUrl = env.QUEUE_URL ?? running?.queueUrl ?? databaseUrl;
  await migrateAll({ databaseUrl, queueUrl, queuePrefix: env.QUEUE_PREFIX });
  console.log(json ? JSON.stringify({ migrated: true }) : "migrated");
}

const settings = {
  DATABASE_URL: true,
  DATABASE_DIRECT_URL: true,
  QUEUE_URL: true,
  QUEUE_PREFIX: true,
  DATA_DIR: true,
} as const;

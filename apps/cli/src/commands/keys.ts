import { environment, readEnv, SettingsError } from "@verdict/runtime";
import type { KeyUse, Rotated } from "@verdict/services";
import { Command } from "commander";
import { withManual } from "../manual.ts";
import { showProgress } from "../print/show-progress.ts";

type Options = { dryRun: boolean; json: boolean };

export const keysCommand = () =>
  new Command("keys")
    .description("the keys that personal details, and secrets of channels and endpoints, are encrypted with")
    .addCommand(
      withManual(
        new Command("rotate")
          .description(
            "encrypt everything again with the first key of DATA_ENCRYPTION_KEYS, secrets of channels and endpoints among it, and tell which keys are still in use",
          )
          .option("--dry-run", "only count", false)
          .option("--json", "print the result as JSON", false)
          .action(rotateKeys),
        {
          examples: [
            ["keys rotate --dry-run", "which keys are in use"],
            ["keys rotate", "after putting a new key in front; may be stopped, and goes on where it was"],
          ],
          failsWhen: "something cannot be read with the keys given",
        },
      ),
    );

async function rotateKeys({ dryRun, json }: Options): Promise<void> {
  const [{ describeKeyUse, detailCipher, rotateDataKeys }, { withDatabase }] = await Promise.all([
    import("@verdict/services"),
    import("../stack/find-database.ts"),
  ]);
  const cipher = detailCipher(await findKeys(process.env));
  const progress = showProgress("{bar} {value}/{total} details, {duration_formatted}");
  const result: KeyUse & Partial<Rotated> = await withDatabase(process.env, (db) =>
    dryRun ? describeKeyUse(db, cipher) : rotateDataKeys(db, cipher, { onProgress: progress.tell }),
  ).finally(progress.stop);
  console.log(json ? JSON.stringify(result) : printKeyUse(result).join("\n"));
  if (result.unreadable) process.exitCode = 1;
}

/** The environment's keys; in development those that `npm start` has made. */
async function findKeys(source: NodeJS.ProcessEnv) {
  const { DATA_DIR, production } = readEnv(environment(false).pick({ DATA_DIR: true }), source);
  if (source.DATA_ENCRYPTION_KEYS || production) {
    return readEnv(environment(production).pick({ DATA_ENCRYPTION_KEYS: true }), source).DATA_ENCRYPTION_KEYS;
  }
  const { findSecrets, standInKeys } = await import("../stack/secrets.ts");
  const secrets = findSecrets(DATA_DIR);
  if (!secrets) throw new SettingsError(`DATA_ENCRYPTION_KEYS: not set, and there are no secrets in ${DATA_DIR}`);
  const made = { DATA_ENCRYPTION_KEYS: standInKeys(secrets) };
  return readEnv(environment(false).pick({ DATA_ENCRYPTION_KEYS: true }), made).DATA_ENCRYPTION_KEYS;
}

function printKeyUse({ encryptsWith, inUse, ...rotated }: KeyUse & Partial<Rotated>): string[] {
  const others = inUse.filter(({ kid }) => kid !== encryptsWith);
  return [
    ...(rotated.rewritten === undefined ? [] : [`${rotated.rewritten} values encrypted again`]),
    ...(rotated.unreadable
      ? [`${rotated.unreadable} values cannot be read with the keys given, and stay as they are`]
      : []),
    `${encryptsWith} encrypts`,
    ...inUse.map(({ kid, details, secrets }) => `${kid} is in use: ${details} details, ${secrets} secrets`),
    others.length === 0 ? "no other key is needed any more" : "a key that is in use must stay in DATA_ENCRYPTION_KEYS",
  ];
}

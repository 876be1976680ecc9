import { chmod, copyFile, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Db, findLedgerHead, openDatabase } from "@verdict/db";
import type { Head } from "@verdict/domain";
import { checkInvariants, verifyLedger } from "@verdict/services";
import { runDemo, type StackProcess, startStack } from "../stack-process.ts";
import { findInstalled } from "./own-server.ts";
import { readRecord } from "./read-record.ts";
import { findWithDetails, reveal } from "./reveal.ts";
import { emptyStore, type How, restoredStore, SECRETS, type Store } from "./stores.ts";

export type DrillOptions = {
  how: How;
  /** How many go through before the backup. */
  sessions: number;
  /** How many while it is taken, and again after the restore. */
  more: number;
  env?: Record<string, string>;
  say: (line: string) => void;
};

/** One thing that has to be so after a restore. */
export type Finding = { what: string; holds: boolean; detail: string };

export type DrillResult = {
  how: How;
  findings: Finding[];
  seconds: { backUp: number; restore: number };
  backupMiB: number;
  /** Verifications begun after the backup, which a restore to it does not have. */
  begunSince: number;
};

/**
 * The whole way: a stack with sessions on record, a backup while more come in, everything destroyed but the backup and the keys,
 * a fresh stack restored from those, and every proof there is that nothing is missing and it goes on.
 */
export async function runDrill({ how, sessions, more, env = {}, say }: DrillOptions): Promise<DrillResult> {
  const installed = how === "dump" ? findInstalled() : null;
  const folder = await mkdtemp(join(tmpdir(), "verdict-drill-"));
  // A server that root starts runs as somebody else, who has to find the way.
  await chmod(folder, 0o711);
  const [file, secrets] = [join(folder, "backup"), join(folder, "kept-keys.json")];
  const opened: { store?: Store | undefined; stack?: StackProcess | undefined } = {};
  try {
    say(
      how === "dump"
        ? `a server of Postgres ${installed?.major}, and a stack on it`
        : "a stack on the embedded Postgres",
    );
    let store = await emptyStore(how, join(folder, "first"), installed);
    opened.store = store;
    opened.stack = await startStack({ ...env, ...store.env }, store.dataDir);
    say(`${sessions} sessions`);
    await demo(sessions, store, env);
    const head = await onDatabase(store, findLedgerHead);
    const until = new Date();
    const before = await readRecord(await store.databaseUrl(), until);
    const person = await findWithDetails(await store.databaseUrl(), until);
    const inClear = person && (await reveal(opened.stack.urls.api, opened.stack.apiKey, person));

    say(`backing up while ${more} more go through`);
    const meanwhile = demo(more, store, env);
    const beganToBackUp = performance.now();
    await store.backUp(file);
    const backUp = secondsSince(beganToBackUp);
    await copyFile(join(store.dataDir, SECRETS), secrets);
    await meanwhile;
    const all = await readRecord(await store.databaseUrl(), new Date());

    say("destroying the stack and its data");
    await opened.stack.stop();
    opened.stack = undefined;
    await store.destroy();
    opened.store = undefined;

    say("restoring into a fresh stack");
    const beganToRestore = performance.now();
    store = await restoredStore(how, join(folder, "second"), installed, { file, secrets });
    opened.store = store;
    const stack = await startStack({ ...env, ...store.env }, store.dataDir);
    opened.stack = stack;
    const restore = secondsSince(beganToRestore);
    const after = await readRecord(await store.databaseUrl(), until);
    const kept = await readRecord(await store.databaseUrl(), new Date());

    say("proving it");
    const findings: Finding[] = [
      {
        what: "every session that had ended before the backup is there, as it ended",
        holds: after.verifications === before.verifications && after.ended === before.ended,
        detail: `${after.verifications} of ${before.verifications} sessions`,
      },
      {
        what: "every event told before the backup is there",
        holds: after.events === before.events,
        detail: `${after.events} of ${before.events} events`,
      },
      await onDatabase(store, (db) => proveLedger(db, head)),
      await onDatabase(store, provePromises),
    ];
    if (person) {
      const again = await reveal(stack.urls.api, stack.apiKey, person).catch((error: Error) => error.message);
      const holds = again === inClear;
      findings.push({ what: "personal details open with the keys that were kept", holds, detail: "of one session" });
    }
    say(`${more} sessions on the restored stack`);
    const went = await demo(more, store, env);
    const { position } = await readRecord(await store.databaseUrl(), new Date());
    findings.push(
      { what: "new sessions go through", holds: went.code === 0, detail: `${more} sessions` },
      {
        what: "the feed of events goes on behind what consumers have read",
        holds: position > kept.position,
        detail: `position ${kept.position} before, ${position} after`,
      },
    );
    const backupMiB = (await stat(file)).size / 2 ** 20;
    const begunSince = all.verifications - kept.verifications;
    return { how, findings, seconds: { backUp, restore }, backupMiB, begunSince };
  } finally {
    await opened.stack?.stop();
    await opened.store?.destroy();
    await rm(folder, { recursive: true, force: true });
  }
}

const environmentOf = (store: Store, env: Record<string, string>) => ({
  ...env,
  ...store.env,
  DATA_DIR: store.dataDir,
});

const demo = (sessions: number, store: Store, env: Record<string, string>) =>
  runDemo(["--sessions", String(sessions), "--faults", "none"], {
    ...environmentOf(store, env),
    API_BOOTSTRAP_KEY: API_KEY,
  });

/** More than any stack of the drill waits. */
const GRACE_SECONDS = 120;

/** The key that stacks of the end-to-end tests begin with. */
const API_KEY = "vk_for_the_end_to_end_tests";

async function onDatabase<T>(store: Store, work: (db: Db) => Promise<T>): Promise<T> {
  const db = openDatabase(await store.databaseUrl(), { max: 1 });
  try {
    return await work(db);
  } finally {
    await db.close();
  }
}

/** As `verdict verify-ledger --head` does it. */
async function proveLedger(db: Db, head: Head): Promise<Finding> {
  const reading = await verifyLedger(db, { head });
  const detail = reading.kind === "broken" ? JSON.stringify(reading) : `${head.seq} seals then`;
  return { what: "the ledger is whole up to the head that was kept", holds: reading.kind !== "broken", detail };
}

/** As `verdict check-invariants` does it. */
async function provePromises(db: Db): Promise<Finding> {
  const invariants = await checkInvariants(db, { now: new Date(), grace: GRACE_SECONDS, since: null });
  const broken = invariants.filter(({ holds }) => !holds);
  const detail = broken.length > 0 ? JSON.stringify(broken) : `${invariants.length} of them`;
  return { what: "every promise is kept", holds: broken.length === 0, detail };
}

const secondsSince = (began: number) => (performance.now() - began) / 1_000;

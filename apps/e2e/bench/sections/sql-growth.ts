import type { Db } from "@verdict/db";
import { commitCallbacks } from "../contestants/commit-callbacks.ts";
import type { Runner } from "../contestants/runner.ts";
import { inOwnStage, type Lab } from "../lab.ts";
import { type Lap, runLaps } from "../lap.ts";
import { newSessions } from "../load/requests.ts";
import { startChild } from "../machine/child.ts";
import { whole } from "../report/figures.ts";
import { lapTable } from "../report/lap-table.ts";
import { roundRatios } from "../statistics.ts";
import { emptyTables, insertAwaiting } from "./awaiting-verifications.ts";
import { fillSessions } from "./fill-sessions.ts";
import type { Section } from "./section.ts";

const MOST = 1_000_000;
const NONE = "empty tables";
const SETTLER = new URL("../contestants/settler.ts", import.meta.url);

/** Tables that a lap adds to, or whose rows it changes. */
const TOUCHED =
  "verifications, receipts, receipt_batches, receipt_inbox, receipt_copies, checks, transitions, discrepancies, events, unsealed";

export const sqlGrowth: Section = {
  title: "SQL of an outcome as sessions pile up",
  how:
    "All that a worker asks of Postgres to bring committed callbacks to their outcomes: receipts are stored, decided, " +
    "the sessions taken to be asked about, the answers settled. A process of its own asks it, with the worker's own " +
    "functions, a provider that is part of it and no queue. Once with empty tables, once with the sessions of a year, " +
    "each with its receipt, check and transitions. Autovacuum leaves both alone; they are vacuumed between the laps.",
  run: (lab) =>
    inOwnStage(lab, async (own) => {
      const count = Math.min(lab.options.receipts, MOST);
      const many = `${whole(count)} sessions`;
      const [empty, full] = [await settlerIn(own, "sql_growth_empty"), await settlerIn(own, "sql_growth_full")];
      await fillSessions(full.db, count, (stored) =>
        lab.progress(`sql-growth: ${whole(stored)} of ${whole(count)} sessions`),
      );
      const held = await runLaps(own, "sql-growth", [
        { ...empty, name: NONE, clear: () => emptyTables(empty.db) },
        { ...full, name: many, clear: () => tidy(full.db) },
      ]);
      const postgres = ({ cpu }: Lap) => cpu.postgres ?? 0;
      return {
        tables: [
          {
            title: "CPU of Postgres",
            table: lapTable(held.slices, [NONE], { name: "Postgres CPU", of: postgres }),
          },
        ],
        ratios: { "sql-growth": roundRatios(held.slices, many, NONE, postgres) },
        notes: [],
        ...held,
      };
    }),
};

type Settler = Omit<Runner, "name" | "clear"> & { db: Db };

async function settlerIn(lab: Lab, database: string): Promise<Settler> {
  const { url, db } = await lab.stores.newDatabase(lab.stage, database);
  for (const table of await storedTables(db)) await db.sql`alter table ${db.sql(table)} set (autovacuum_enabled = off)`;
  const settler = await startChild(lab.stage, SETTLER, { DATABASE_URL: url });
  let laidOut = 0;
  return {
    db,
    perSecond: 2_000,
    pids: { settler: settler.pid, postgres: lab.stores.postgres.pid },
    async layOut(callbacks) {
      const sessions = newSessions(callbacks);
      await insertAwaiting(db, sessions);
      await commitCallbacks(db, lab.key.kid, sessions);
      laidOut = callbacks;
    },
    start: () => settler.ask({ type: "settle" }),
    finish: async () => {},
    async onRecord() {
      // Those of earlier laps have ended; counting what is open is quick, however many they are.
      const [open] = await db.sql<[{ sessions: number; receipts: number }]>`
        select (select count(*)::int from verifications where status in ('initializing', 'awaiting', 'claimed')) as sessions,
          (select count(*)::int from receipt_inbox) as receipts`;
      return { outcome: laidOut - open.sessions, decision: laidOut - open.receipts };
    },
  };
}

/** The tables that hold the rows of those that are touched: of a partitioned one its partitions. */
async function storedTables({ sql }: Db): Promise<string[]> {
  const tables = await sql<{ name: string }[]>`
    select c.relname as name from pg_class c left join pg_inherits i on i.inhrelid = c.oid left join pg_class p on p.oid = i.inhparent
    where c.relkind = 'r' and coalesce(p.relname, c.relname) = any(${TOUCHED.split(", ")}::text[])`;
  return tables.map(({ name }) => name);
}

/** What a lap adds stays: it is little beside what is there. What waits for its seal, and dead rows, would pile up. */
async function tidy({ sql }: Db): Promise<void> {
  await sql`truncate unsealed, receipt_batches, receipt_inbox`;
  await sql.unsafe(`vacuum ${TOUCHED}`);
  await sql`checkpoint`;
}

import { randomUUIDv7 } from "node:crypto";
import { openDatabase } from "@verdict/db";
import { DEFAULT_POLICY } from "@verdict/domain";
import type { ProviderClient } from "@verdict/provider";
import { BATCH_IDS_MAX, unpackClaims } from "@verdict/queue";
import { checkDue, reconcileReceipts, storeBatches } from "@verdict/services";
import { z } from "zod";

/**
 * Everything a worker asks of Postgres to bring committed callbacks to their outcomes, with as much of it at a time, and
 * nothing else: no queue, and a provider that answers within this process.
 */
const AT_A_TIME = 4;
const CHECKS_AT_A_TIME = 64;

const { DATABASE_URL } = z.object({ DATABASE_URL: z.string() }).parse(process.env);
const db = openDatabase(DATABASE_URL, { max: 12 });
const deps = { db, now: () => new Date(), newId: randomUUIDv7, random: Math.random, onAlert: () => {} };

const failed = (_: string, error: unknown): never => {
  throw error;
};

const provider: Pick<ProviderClient, "checkResult"> = {
  checkResult: async () => ({
    kind: "ok",
    httpStatus: 200,
    code: "Success",
    message: "success",
    requestId: "58D5563D-AB2C-431E-A315-128862C33A4F",
    result: { passed: "Y", subCode: "200" },
  }),
};

const due = checkDue(
  {
    ...deps,
    client: provider as ProviderClient,
    policy: DEFAULT_POLICY,
    onBreaker: () => {},
    onError: failed,
    pause: () => Promise.resolve(),
  },
  { route: "default", product: "FACE_VERIFY", perSecond: null, atATime: CHECKS_AT_A_TIME },
);

async function settleAll(): Promise<void> {
  const rows = await db.sql<{ id: string }[]>`select id from receipt_batches order by id`;
  const batchIds = rows.map(({ id }) => id);
  async function reconcileSome(): Promise<void> {
    for (let some = batchIds.splice(0, BATCH_IDS_MAX); some.length > 0; some = batchIds.splice(0, BATCH_IDS_MAX)) {
      const { ids, newIds } = await storeBatches({ ...deps, unpack: unpackClaims, onDamaged: failed }, some);
      const { askAtOnce } = due;
      await reconcileReceipts({ ...deps, ring: async () => {}, onPoison: failed, askAtOnce }, ids, new Set(newIds));
    }
  }
  await Promise.all(Array.from({ length: AT_A_TIME }, reconcileSome));
  for (let round = await due.round(); round.begun > 0 || round.moreInMs !== null; round = await due.round()) {
    await due.oneEnds();
  }
  await due.idle();
}

process.on("message", async () => {
  await settleAll();
  process.send?.({ type: "settled" });
});
process.on("disconnect", () => process.exit());
process.send?.({ type: "ready" });

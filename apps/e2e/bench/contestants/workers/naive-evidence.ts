import { checks, events, receipts, transitions, verifications } from "@verdict/db/schema";
import { and, eq, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { rowsOfClaim, rowsOfOutcome } from "./evidence.ts";
import { checkResultCall, readCheckResult, settings, workOn } from "./work.ts";

/** What one would write first to leave what Verdict leaves: a job per callback, a statement of the ORM per step, the runtime's own fetch. */
const db = drizzle(postgres(settings.DATABASE_URL, { max: 10 }));

const position = sql<bigint>`feed_position()`;

await workOn(50, async ({ data }) => {
  const { transactionId } = data;
  const [session] = await db.select().from(verifications).where(eq(verifications.transactionId, transactionId));
  if (!session) throw new Error("no such session");
  const claim = rowsOfClaim(session, data);
  await db.insert(receipts).values(claim.receipt).onConflictDoNothing();
  await db.transaction(async (tx) => {
    await tx.update(verifications).set(claim.change).where(standsAs(session));
    await tx.insert(transitions).values(claim.transition);
    await tx.insert(events).values({ ...claim.event, position });
  });
  const { path, headers } = checkResultCall({ merchantBizId: session.merchantBizId, transactionId });
  const askedAt = new Date();
  const answer = await fetch(settings.PROVIDER_ENDPOINT + path, { method: "POST", headers });
  const outcome = rowsOfOutcome(claim.claimed, { ...readCheckResult(await answer.json()), askedAt });
  await db.transaction(async (tx) => {
    await tx.insert(checks).values(outcome.check);
    await tx.update(verifications).set(outcome.change).where(standsAs(claim.claimed));
    await tx.insert(transitions).values(outcome.transition);
    await tx.insert(events).values({ ...outcome.event, position });
  });
});

function standsAs({ id, version }: { id: string; version: number }) {
  return and(eq(verifications.id, id), eq(verifications.version, version));
}

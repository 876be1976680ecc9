import { eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { audit, callbacks, sessions } from "./task-tables.ts";
import { checkResultCall, readCheckResult, settings, workOn } from "./work.ts";

/** What one would write first: a job per callback, a statement of the ORM per step, the runtime's own fetch. */
const db = drizzle(postgres(settings.DATABASE_URL, { max: 10 }));

await workOn(50, async ({ data: { transactionId, passed, subCode, receivedAt } }) => {
  const [session] = await db.select().from(sessions).where(eq(sessions.transactionId, transactionId));
  if (!session) throw new Error("no such session");
  await db
    .insert(callbacks)
    .values({ transactionId, passed, subCode, receivedAt: new Date(receivedAt) })
    .onConflictDoNothing();
  const { path, headers } = checkResultCall(session);
  const answer = await fetch(settings.PROVIDER_ENDPOINT + path, { method: "POST", headers });
  const result = readCheckResult(await answer.json());
  await db.transaction(async (tx) => {
    await tx
      .update(sessions)
      .set({ status: "done", passed: result.Passed, subCode: result.SubCode, updatedAt: new Date() })
      .where(eq(sessions.transactionId, transactionId));
    await tx.insert(audit).values({ transactionId, kind: "reconciled", detail: { claimed: passed, ...result } });
  });
});

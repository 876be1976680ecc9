import { createVerification, type Db, findVerification, settle } from "@verdict/db";

const AT_ONCE = 20_000;

/** Makes so many sessions that have passed, a second apart and the latest now, alike but for their ids. */
export async function generateSessions(db: Db, count: number): Promise<void> {
  const id = "01942f00-0000-7000-8000-000000000001";
  await givenModel(db, id);
  for (let done = 0; done < count - 1; done += AT_ONCE) {
    await db.sql`
      insert into verifications
      select r.* from verifications v, generate_series(${done + 1}::int, ${Math.min(count - 1, done + AT_ONCE)}::int) as n,
        jsonb_populate_record(v, jsonb_build_object('id', gen_random_uuid(), 'merchant_biz_id', 'biz' || n,
          'transaction_id', 'hks-' || n, 'created_at', v.created_at - n * interval '1 second')) as r
      where v.id = ${id}`;
  }
}

async function givenModel(db: Db, id: string): Promise<void> {
  const now = new Date();
  const intent = { id, route: "default", product: "FACE_VERIFY", merchantBizId: "biz0", sceneCode: "loan" } as const;
  const hashes = { merchantUserHash: "0".repeat(32), requestHash: "0".repeat(64) };
  await createVerification(db, {
    ...{ ...intent, ...hashes, createdAt: now, expiresAt: now, nextCheckAt: now, askingUntil: now },
  });
  for (const status of ["awaiting", "passed"] as const) {
    const held = await findVerification(db, id);
    if (!held) throw new Error("The session is gone.");
    const result = { passed: true, subCode: "200", outcomeSource: "check_result", nextCheckAt: null } as const;
    const state = { ...held, status, transactionId: "hks-0", transactionSource: "initialize" as const };
    const change = {
      ...{ id, from: held.version, version: held.version + 1, endsAsking: true },
      state: status === "passed" ? { ...state, ...result } : state,
    };
    await settle(db, { changes: [change], transitions: [], discrepancies: [], checks: [], receipts: [] }, now);
  }
}

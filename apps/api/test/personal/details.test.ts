import type { Verification } from "@verdict/db";
import type { Answer, CheckResultAnswer } from "@verdict/provider";
import { requestPictures } from "@verdict/services";
import { givenVerification } from "@verdict/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { problemOf, setup } from "../support.ts";

let s: Awaited<ReturnType<typeof setup>>;
beforeAll(async () => {
  s = await setup();
});
afterAll(() => s.database.drop());

const FIELDS = { "ocrIdInfo.passportNo": "K12345678", "ocrIdInfo.surname": "Chan" };

async function givenDetails() {
  const row = await givenVerification(s.db, { status: "passed", product: "ID_OCR" });
  for (const [field, value] of Object.entries(FIELDS)) {
    const envelope = s.startDeps.cipher.seal({ verificationId: row.id, class: "document", field }, value);
    await s.db
      .sql`insert into personal_details values (${row.id}, 'document', ${field}, ${envelope}, 'd1', ${row.id}, now())`;
  }
  return row;
}

const post = (path: string, body: unknown, to = s.app) => s.post(body, { path, to });
const actionsOn = (id: string) =>
  s.db.sql`select action, actor, reason, after from human_actions where verification_id = ${id}`;

describe("details", () => {
  test("are masked for whoever looks, without a record", async () => {
    const { id } = await givenDetails();
    const response = await s.get(`/v1/verifications/${id}/details`);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      items: [
        { class: "document", field: "ocrIdInfo.passportNo", value: "•••5678", storedAt: expect.any(String) },
        { class: "document", field: "ocrIdInfo.surname", value: "C•••", storedAt: expect.any(String) },
      ],
    });
    expect(await actionsOn(id)).toHaveLength(0);
  });

  test("are revealed with a reason, which is on record with who asked", async () => {
    const { id } = await givenDetails();
    const body = { reason: "a complaint", fields: ["ocrIdInfo.surname"] };
    const response = await post(`/v1/verifications/${id}/details/reveal`, body);
    expect(response.status).toBe(200);
    expect(response.headers.get("Cache-Control")).toBe("no-store");
    expect(await response.json()).toMatchObject({ items: [{ field: "ocrIdInfo.surname", value: "Chan" }] });
    expect([...(await actionsOn(id))]).toEqual([
      {
        action: "personal.reveal",
        actor: "bootstrap",
        reason: "a complaint",
        after: { fields: ["ocrIdInfo.surname"] },
      },
    ]);
  });

  test.each([{}, { reason: "" }, { reason: "  " }, { reason: "x", fields: [] }])("are not for %j", async (body) => {
    const { id } = await givenDetails();
    expect((await post(`/v1/verifications/${id}/details/reveal`, body)).status).toBe(400);
    expect(await actionsOn(id)).toHaveLength(0);
  });

  test.each(["details", "details/reveal", "pictures"])("of nobody are not found: %s", async (what) => {
    const path = `/v1/verifications/019cb9f2-7a40-7c10-8a55-2f9e0d6b1c3a/${what}`;
    const response = what === "details" ? await s.get(path) : await post(path, { reason: "x" });
    expect(await problemOf(response)).toMatchObject({ httpStatus: 404, code: "not_found" });
  });
});

describe("pictures", () => {
  const facts = { httpStatus: 200, code: "Success", message: "success", requestId: "R-1" };
  const asked: unknown[] = [];
  const apiAnswering = (answer: Answer<CheckResultAnswer>, qps = {}) => {
    const checkResult = async (request: unknown) => {
      asked.push(request);
      return answer;
    };
    const pictures = (row: Verification, wish: { by: string; reason: string }) =>
      requestPictures(s.startDeps, { provider: { checkResult }, qps }, row, wish);
    return s.apiWith({ requestPictures: pictures });
  };
  const given = (wanted = {}) => givenVerification(s.db, { status: "passed", ...wanted });
  const ask = async (answer: Answer<CheckResultAnswer>, row: { id: string }, qps = {}) =>
    post(`/v1/verifications/${row.id}/pictures`, { reason: "a complaint" }, apiAnswering(answer, qps));

  test("come from the provider, go to whoever asked, and stay nowhere", async () => {
    const row = await given();
    const extFaceInfo = JSON.stringify({ facePassed: "Y", faceImg: "Y2FuYXJ5", extraFaceImg: ["ZXh0cmE=", ""] });
    const response = await ask({ ...facts, kind: "ok", result: { passed: "Y", extFaceInfo } }, row);
    expect(await response.json()).toEqual({
      pictures: [
        { name: "faceImg", base64: "Y2FuYXJ5" },
        { name: "extraFaceImg", base64: "ZXh0cmE=" },
      ],
    });
    expect(asked.at(-1)).toEqual({
      merchantBizId: row.merchantBizId,
      transactionId: row.transactionId,
      isReturnImage: "Y",
    });
    expect([...(await actionsOn(row.id))]).toMatchObject([{ action: "pictures.request", reason: "a complaint" }]);
    expect(await s.db.sql`select from personal_details where verification_id = ${row.id}`).toHaveLength(0);
    expect(await s.db.sql`select from checks where verification_id = ${row.id}`).toHaveLength(0);
  });

  test("that the provider has no more are none", async () => {
    const gone = { ...facts, kind: "permanent", httpStatus: 400, code: "TransactionIdInvalid" } as const;
    const response = await ask(gone, await given());
    expect([response.status, await response.json()]).toEqual([200, { pictures: [] }]);
  });

  test("of a session that has not ended, or never began at the provider, are not asked for", async () => {
    const before = asked.length;
    const never = { ...facts, kind: "pending" } as const;
    for (const row of [
      await given({ status: "awaiting" }),
      await given({ status: "init_failed", transactionId: null }),
    ]) {
      expect(await (await ask(never, row)).json()).toEqual({ pictures: [] });
    }
    expect(asked).toHaveLength(before);
  });

  test("of an erased person are refused", async () => {
    const row = await given();
    await s.db.sql`update verifications set erased_at = now() where id = ${row.id}`;
    expect(await problemOf(await ask({ ...facts, kind: "pending" }, row))).toMatchObject({
      httpStatus: 410,
      code: "erased",
    });
  });

  test("wait their turn in the quota, and give it back", async () => {
    const row = await given({ product: "ID_OCR" });
    const answer = { ...facts, kind: "ok", result: { passed: "Y" } } as const;
    expect(await problemOf(await ask(answer, row, { ID_OCR: 1 }))).toMatchObject({ code: "provider_throttled" });
    await s.db.sql`insert into call_slots values ('default', 'ID_OCR', 'CheckResult', 0, now() - interval '1 minute')`;
    expect((await ask(answer, row, { ID_OCR: 1 })).status).toBe(200);
    const [slot] = await s.db.sql<
      [{ soon: boolean }]
    >`select free_at < now() + interval '2 seconds' as soon from call_slots`;
    expect(slot.soon).toBe(true);
  });

  test.each<[Answer<CheckResultAnswer>, number, string]>([
    [{ ...facts, kind: "throttled", code: "Throttling.Api", retryAfterMs: null }, 503, "provider_throttled"],
    [{ ...facts, kind: "transient", code: "Timeout", lost: true }, 504, "provider_timeout"],
    [{ ...facts, kind: "configuration", code: "Forbidden.RAMUserAccessDenied" }, 502, "provider_misconfigured"],
    [{ ...facts, kind: "permanent", code: "InvalidParameter" }, 422, "provider_refused"],
  ])("say what the provider says: %j", async (answer, httpStatus, code) => {
    expect(await problemOf(await ask(answer, await given()))).toMatchObject({ httpStatus, code });
  });
});

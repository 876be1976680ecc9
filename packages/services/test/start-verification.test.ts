import { findByMerchantBizId, loadEvidence, type Verification } from "@verdict/db";
import { readCallbackToken } from "@verdict/domain";
import { givenVerification, TEST_KEY } from "@verdict/testkit";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { reconcileReceipts } from "../src/reconcile-receipts.ts";
import { type StartRequest, startVerification } from "../src/start-verification.ts";
import { down, lost, ok, refused, type Script, scriptedProvider, setup, throttled } from "./support.ts";

let s: Awaited<ReturnType<typeof setup>>;
beforeAll(async () => {
  s = await setup();
});
afterAll(() => s.database.drop());
beforeEach(() => s.at(START));

const START = "2026-03-01T10:00:00.000Z";
const DEADLINE = "2026-03-01T10:32:00.000Z";
const PERSON = "alice.lee@example.com";
const META_INFO = '{"deviceType":"a phone nobody else has"}';

let started = 0;
const newBizId = () => `order${++started}`;

const givenRequest = (changes: Partial<StartRequest> = {}): StartRequest =>
  ({
    productCode: "FACE_VERIFY",
    merchantUserId: PERSON,
    metaInfo: META_INFO,
    sceneCode: "signup",
    facePictureBase64: "aVZCT1J3MEtHZ28=",
    securityLevel: "02",
    model: "LIVENESS",
    docVideo: "N",
    appQualityCheck: "Y",
    ...changes,
  }) as StartRequest;

const answered = (transactionId: string) =>
  ok({ transactionId, protocol: "P-1", transactionUrl: "https://face.example" });

/** A way to start verifications with a provider that answers as scripted. */
function givenStarter(script: Script) {
  const provider = scriptedProvider(script);
  const waits: number[] = [];
  const deps = {
    ...s.deps,
    ttl: 1_800,
    callbackBaseUrl: "https://callbacks.example.com",
    pepper: "a pepper that only tests know",
    wait: async (ms: number) => void waits.push(ms),
  };
  const route = { slug: "default", provider: provider.client, signingKey: TEST_KEY };
  return {
    calls: provider.calls,
    waits,
    start: (request: StartRequest, slug = "default", callbackPath = `/callbacks/${slug}`) =>
      startVerification(deps, { ...route, slug, callbackPath }, request),
  };
}

/** The record of a request, which must be there. */
async function recordOf(merchantBizId: string | undefined, slug = "default"): Promise<Verification> {
  const row = await findByMerchantBizId(s.db, slug, merchantBizId ?? "");
  if (!row) throw new Error("There is no record of the request.");
  return row;
}

const movesOf = async (row: Verification) =>
  (await loadEvidence(s.db, row)).transitions.map((move) => `${move.from} → ${move.to} by ${move.cause}`);

describe("a new request", () => {
  test("is on record before the provider hears of it", async () => {
    const seen: Verification[] = [];
    const look = async (request: Record<string, unknown>) => {
      seen.push(await recordOf(String(request.merchantBizId)));
      return answered("hks-1");
    };
    const merchantBizId = newBizId();
    await givenStarter({ initialize: [look] }).start(givenRequest({ merchantBizId }));
    expect(seen).toMatchObject([
      {
        merchantBizId,
        status: "initializing",
        product: "FACE_VERIFY",
        sceneCode: "signup",
        transactionId: null,
        createdAt: new Date(START),
        expiresAt: new Date("2026-03-01T10:30:00.000Z"),
        nextCheckAt: new Date(DEADLINE),
      },
    ]);
  });

  test("is answered with what the user's device needs, and the session is watched from then on", async () => {
    const merchantBizId = newBizId();
    const result = await givenStarter({ initialize: [answered("hks-2")] }).start(givenRequest({ merchantBizId }));

    const row = await recordOf(merchantBizId);
    expect(result).toEqual({
      outcome: "started",
      verification: row,
    });
    expect(row).toMatchObject({
      status: "awaiting",
      transactionId: "hks-2",
      transactionSource: "initialize",
      protocol: "P-1",
      transactionUrl: "https://face.example",
      nextCheckAt: new Date("2026-03-01T10:01:00.000Z"),
      askingUntil: null,
    });
    expect(await movesOf(row)).toEqual(["initializing → awaiting by initialize_answered"]);
  });

  test("gives the user the whole window from the provider's answer on, however long that took", async () => {
    const request = givenRequest({ merchantBizId: newBizId() });
    const slowly = async () => {
      s.pass(20);
      return answered("hks-slow");
    };
    await givenStarter({ initialize: [slowly] }).start(request);
    expect(await recordOf(request.merchantBizId)).toMatchObject({
      createdAt: new Date(START),
      expiresAt: new Date("2026-03-01T10:30:20.000Z"),
      nextCheckAt: new Date("2026-03-01T10:01:00.000Z"),
    });
  });

  test("without merchantBizId gets the verification's id as one, and every repeat is a session of its own", async () => {
    const starter = givenStarter({ initialize: [answered("hks-3"), answered("hks-4")] });
    const results = [await starter.start(givenRequest()), await starter.start(givenRequest())];
    expect(results.map((result) => result.outcome)).toEqual(["started", "started"]);
    const bizIds = starter.calls.map((call) => call.request.merchantBizId);
    expect(new Set(bizIds).size).toBe(2);
    for (const bizId of bizIds) expect(bizId).toMatch(/^[0-9a-f]{32}$/);
  });

  test("goes to the provider with all its options, a token of its own and nothing that names the person", async () => {
    const merchantBizId = newBizId();
    const { start, calls } = givenStarter({ initialize: [answered("hks-5")] });
    await start(givenRequest({ merchantBizId }));

    const row = await recordOf(merchantBizId);
    const { callbackToken, ...request } = calls[0]?.request ?? {};
    expect(request).toEqual({
      ...givenRequest({ merchantBizId }),
      merchantUserId: row.merchantUserHash,
      callbackUrl: "https://callbacks.example.com/callbacks/default",
    });
    expect(row.merchantUserHash).toMatch(/^[0-9a-f]{32}$/);
    expect(readCallbackToken("default", String(callbackToken), [TEST_KEY])).toEqual({
      kind: "genuine",
      kid: TEST_KEY.kid,
      subject: { verificationId: row.id, expiresAt: new Date(DEADLINE) },
    });
    expect(JSON.stringify(calls)).not.toContain(PERSON);
  });

  test("names its own route in the callback address and in the token", async () => {
    const { start, calls } = givenStarter({ initialize: [answered("hks-6")] });
    await start(givenRequest({ merchantBizId: newBizId() }), "branch", "/callbacks/branch/behind-a-secret-door");
    const { callbackUrl, callbackToken } = calls[0]?.request ?? {};
    expect(callbackUrl).toBe("https://callbacks.example.com/callbacks/branch/behind-a-secret-door");
    expect(readCallbackToken("branch", String(callbackToken), [TEST_KEY]).kind).toBe("genuine");
    expect(readCallbackToken("default", String(callbackToken), [TEST_KEY])).toEqual({
      kind: "refused",
      reason: "forged",
    });
  });

  test("of another product is carried out by the same rules", async () => {
    const merchantBizId = newBizId();
    const request = {
      productCode: "ID_OCR",
      merchantBizId,
      merchantUserId: PERSON,
      metaInfo: META_INFO,
      docType: "01000000",
      idSpoof: "N",
      idThreshold: "3",
      showGuidePage: "1",
      docScanMode: "shoot",
    } as const;
    const result = await givenStarter({ initialize: [answered("hks-7")] }).start(request);
    expect(result).toMatchObject({ outcome: "started", verification: { product: "ID_OCR", sceneCode: null } });
  });
});

describe("the same request again", () => {
  test("gives the same record, and the provider hears nothing of it", async () => {
    const request = givenRequest({ merchantBizId: newBizId() });
    const { start, calls } = givenStarter({ initialize: [answered("hks-10")] });
    const first = await start(request);
    const again = await start({ ...request });

    expect(first.outcome).toBe("started");
    expect(again).toEqual({ outcome: "repeated", verification: await recordOf(request.merchantBizId) });
    expect(calls).toHaveLength(1);
  });

  test("with its fields in another order is the same request", async () => {
    const request = givenRequest({ merchantBizId: newBizId() });
    const { start } = givenStarter({ initialize: [answered("hks-11")] });
    await start(request);
    const reversed = Object.fromEntries(Object.entries(request).reverse()) as StartRequest;
    expect((await start({ ...reversed, returnUrl: undefined })).outcome).toBe("repeated");
  });

  test("on another route is another request", async () => {
    const request = givenRequest({ merchantBizId: newBizId() });
    const { start, calls } = givenStarter({ initialize: [answered("hks-12"), answered("hks-13")] });
    expect((await start(request)).outcome).toBe("started");
    expect((await start(request, "branch")).outcome).toBe("started");
    expect(calls).toHaveLength(2);
  });

  test.each([
    { merchantUserId: "bob" },
    { metaInfo: "{}" },
    { sceneCode: "payout" },
    { sceneCode: undefined },
    { facePictureBase64: "aVZCT1J3MEtHZ29=" },
    { docVideo: "Y" },
    { returnUrl: "https://example.com/back" },
  ] as const)("under the same merchantBizId but with %j is refused as a conflict", async (change) => {
    const merchantBizId = newBizId();
    const { start, calls } = givenStarter({ initialize: [answered(`hks-${merchantBizId}`)] });
    await start(givenRequest({ merchantBizId }));
    const before = await recordOf(merchantBizId);

    const other = givenRequest({ merchantBizId, ...change } as Partial<StartRequest>);
    expect(await start(other)).toEqual({ outcome: "conflict", verificationId: before.id });
    expect(await recordOf(merchantBizId)).toEqual(before);
    expect(calls).toHaveLength(1);
  });

  test("while the first is being carried out is told so, and the provider is asked once", async () => {
    const request = givenRequest({ merchantBizId: newBizId() });
    const meanwhile: string[] = [];
    const starter = givenStarter({
      initialize: [
        async () => {
          meanwhile.push((await starter.start(request)).outcome);
          return answered("hks-14");
        },
      ],
    });
    expect((await starter.start(request)).outcome).toBe("started");
    expect(meanwhile).toEqual(["in_progress"]);
    expect(starter.calls).toHaveLength(1);
  });

  test("ten times at once starts one session", async () => {
    const request = givenRequest({ merchantBizId: newBizId() });
    const { start, calls } = givenStarter({ initialize: [answered("hks-15")] });
    const results = await Promise.all(Array.from({ length: 10 }, () => start(request)));

    expect(calls).toHaveLength(1);
    const outcomes = results.map((result) => result.outcome);
    expect(outcomes.filter((outcome) => outcome === "started")).toHaveLength(1);
    for (const outcome of outcomes) expect(["started", "in_progress", "repeated"]).toContain(outcome);
    expect(await movesOf(await recordOf(request.merchantBizId))).toHaveLength(1);
  });

  test("after a process died in the middle carries on, once its turn has lapsed", async () => {
    const request = givenRequest({ merchantBizId: newBizId() });
    const dying = givenStarter({ initialize: [() => Promise.reject(new Error("The process dies here."))] });
    await expect(dying.start(request)).rejects.toThrow("The process dies here.");

    const { start } = givenStarter({ initialize: [answered("hks-16")] });
    s.pass(15);
    expect((await start(request)).outcome).toBe("in_progress");
    s.pass(1);
    expect((await start(request)).outcome).toBe("started");
  });

  test("after the session was given up gives that record and starts nothing", async () => {
    const request = givenRequest({ merchantBizId: newBizId() });
    const { start, calls } = givenStarter({ initialize: [lost] });
    await start(request);
    const { id } = await recordOf(request.merchantBizId);
    s.at(DEADLINE);
    const silent = scriptedProvider({});
    await s.check({ id }, silent.client);

    expect(await start(request)).toMatchObject({ outcome: "repeated", verification: { id, status: "init_failed" } });
    expect(calls).toHaveLength(1);
  });
});

describe("a provider that refuses", () => {
  test.each([refused("InvalidParameter"), refused("NoFaceDetected"), refused("Forbidden.AccountAccessDenied")])(
    "for good ($code) ends the session at once, with the provider's own words",
    async (answer) => {
      const request = givenRequest({ merchantBizId: newBizId() });
      const { start, calls } = givenStarter({ initialize: [{ ...answer, message: "the provider's words" }] });
      const result = await start(request);

      expect(result).toMatchObject({
        outcome: "refused",
        answer: { code: answer.code, message: "the provider's words" },
      });
      expect(calls).toHaveLength(1);
      const row = await recordOf(request.merchantBizId);
      expect(row).toMatchObject({
        status: "init_failed",
        outcomeSource: "initialize",
        errorCode: answer.code,
        errorMessage: "the provider's words",
        nextCheckAt: null,
        askingUntil: null,
      });
      expect(await movesOf(row)).toEqual(["initializing → init_failed by initialize_refused"]);
    },
  );

  test.each([refused("InvalidParameter"), refused("Forbidden.AccountAccessDenied")])(
    "($code) is quoted when the same request comes again, and not asked again",
    async (answer) => {
      const request = givenRequest({ merchantBizId: newBizId() });
      const { start, calls } = givenStarter({ initialize: [answer] });
      await start(request);
      expect(await start(request)).toMatchObject({
        outcome: "refused",
        answer: { kind: answer.kind, code: answer.code, message: answer.message },
      });
      expect(calls).toHaveLength(1);
    },
  );

  test.each([`${"a".repeat(499)}\u{1F600}`, "nothing\0at all", "half a letter \ud83d"])(
    "in letters that Postgres does not keep is recorded all the same (case %#)",
    async (message) => {
      const request = givenRequest({ merchantBizId: newBizId() });
      const { start } = givenStarter({ initialize: [{ ...refused("InvalidParameter"), message }] });
      expect((await start(request)).outcome).toBe("refused");
      expect(await recordOf(request.merchantBizId)).toMatchObject({
        status: "init_failed",
        errorCode: "InvalidParameter",
      });
    },
  );
});

describe("a provider that stumbles", () => {
  test("and then answers is asked again within the same call", async () => {
    const request = givenRequest({ merchantBizId: newBizId() });
    const { start, calls, waits } = givenStarter({ initialize: [down, down, answered("hks-20")] });
    expect((await start(request)).outcome).toBe("started");
    expect(calls).toHaveLength(3);
    expect(waits).toEqual([250, 500]);
    expect(new Set(calls.map((call) => call.request.callbackToken)).size).toBe(1);
  });

  test("is given the pause it asks for, up to two seconds", async () => {
    const { start, waits } = givenStarter({ initialize: [throttled(900), throttled(60_000), answered("hks-21")] });
    expect((await start(givenRequest({ merchantBizId: newBizId() }))).outcome).toBe("started");
    expect(waits).toEqual([900, 2_000]);
  });

  test.each([down, throttled(null)])(
    "three times ($code) leaves the session to a repeat, which carries on",
    async (answer) => {
      const request = givenRequest({ merchantBizId: newBizId() });
      const starter = givenStarter({ initialize: [answer, answer, answer, answered(`hks-${request.merchantBizId}`)] });
      const result = await starter.start(request);

      const row = await recordOf(request.merchantBizId);
      expect(result).toMatchObject({ outcome: "unavailable", verificationId: row.id, answer: { code: answer.code } });
      expect(row).toMatchObject({ status: "initializing", transactionId: null, askingUntil: null });
      expect(starter.calls).toHaveLength(3);

      s.pass(5);
      expect(await starter.start(request)).toMatchObject({ outcome: "started", verification: { id: row.id } });
    },
  );

  test("without any answer is not asked a second time in the same call", async () => {
    const request = givenRequest({ merchantBizId: newBizId() });
    const { start, calls } = givenStarter({ initialize: [lost] });
    expect(await start(request)).toMatchObject({ outcome: "unavailable", answer: { code: "Timeout" } });
    expect(calls).toHaveLength(1);
    expect((await recordOf(request.merchantBizId)).status).toBe("initializing");
  });
});

describe("a callback that outruns the answer", () => {
  const claim = { passed: true, subCode: "200" };

  /** The user is done, and the callback is decided, before the provider's answer to Initialize is in. */
  const callbackFirst = (callbackNames: string, answer: ReturnType<typeof answered> | ReturnType<typeof refused>) => {
    return async (request: Record<string, unknown>) => {
      const row = await recordOf(String(request.merchantBizId));
      const receiptId = await s.receive(row, claim, { transactionId: callbackNames });
      await reconcileReceipts(s.deps, [receiptId]);
      return answer;
    };
  };

  test("is kept: the session is claimed and has all the answer brought", async () => {
    const request = givenRequest({ merchantBizId: newBizId() });
    const result = await givenStarter({ initialize: [callbackFirst("hks-30", answered("hks-30"))] }).start(request);

    const row = await recordOf(request.merchantBizId);
    expect(result).toEqual({ outcome: "started", verification: row });
    expect(row).toMatchObject({
      status: "claimed",
      transactionId: "hks-30",
      transactionSource: "initialize",
      protocol: "P-1",
      claimPassed: true,
      nextCheckAt: s.now(),
      askingUntil: null,
    });
    expect(await movesOf(row)).toEqual(["initializing → claimed by callback"]);
    expect((await loadEvidence(s.db, row)).discrepancies).toEqual([]);
  });

  test("and names another transaction is a discrepancy, and the answer's transaction stands", async () => {
    const request = givenRequest({ merchantBizId: newBizId() });
    await givenStarter({ initialize: [callbackFirst("hks-other", answered("hks-31"))] }).start(request);
    const row = await recordOf(request.merchantBizId);
    expect(row).toMatchObject({ status: "claimed", transactionId: "hks-31" });
    expect((await loadEvidence(s.db, row)).discrepancies).toMatchObject([{ type: "transaction_mismatch" }]);
  });

  test("of a session the provider says it refused is a discrepancy, and the claim is still asked about", async () => {
    const request = givenRequest({ merchantBizId: newBizId() });
    const initialize = [callbackFirst("hks-32", refused("InvalidParameter"))];
    const result = await givenStarter({ initialize }).start(request);
    expect(result.outcome).toBe("refused");
    const row = await recordOf(request.merchantBizId);
    expect(row).toMatchObject({ status: "claimed", transactionId: "hks-32", nextCheckAt: s.now(), errorCode: null });
    expect((await loadEvidence(s.db, row)).discrepancies).toMatchObject([{ type: "transaction_mismatch" }]);
  });
});

test("an answer whose transaction another session's callback had claimed for itself takes it back", async () => {
  const impostor = await givenVerification(s.db, { status: "initializing", createdAt: s.now() });
  const claim = { passed: true, subCode: "200" };
  await reconcileReceipts(s.deps, [await s.receive(impostor, claim, { transactionId: "hks-41" })]);

  const request = givenRequest({ merchantBizId: newBizId() });
  const result = await givenStarter({ initialize: [answered("hks-41")] }).start(request);
  expect(result.outcome).toBe("started");
  expect(await recordOf(request.merchantBizId)).toMatchObject({ status: "awaiting", transactionId: "hks-41" });
  expect(await s.reload(impostor)).toMatchObject({ status: "claimed", transactionId: null });
  const { discrepancies } = await loadEvidence(s.db, impostor);
  expect(discrepancies).toMatchObject([{ type: "transaction_mismatch" }]);
});

test("a second answer to the same request, naming another transaction, is a discrepancy, and the first one stands", async () => {
  const request = givenRequest({ merchantBizId: newBizId() });
  // The first caller hangs for longer than its turn, so a repeat asks as well and is answered first.
  const hangs = async () => {
    s.pass(46);
    await givenStarter({ initialize: [answered("hks-42")] }).start(request);
    return answered("hks-43");
  };
  const result = await givenStarter({ initialize: [hangs] }).start(request);

  const row = await recordOf(request.merchantBizId);
  expect(row).toMatchObject({ status: "awaiting", transactionId: "hks-42" });
  expect(result).toMatchObject({ outcome: "started", verification: { transactionId: "hks-42" } });
  expect(await movesOf(row)).toHaveLength(1);
  expect((await loadEvidence(s.db, row)).discrepancies).toMatchObject([{ type: "transaction_mismatch" }]);
});

test("a transaction that the provider gives out twice stays with the first, and the second session is never opened", async () => {
  const [first, second] = [givenRequest({ merchantBizId: newBizId() }), givenRequest({ merchantBizId: newBizId() })];
  const { start } = givenStarter({ initialize: [answered("hks-44")] });
  await start(first);
  await expect(start(second)).rejects.toThrow();
  expect(await recordOf(first.merchantBizId)).toMatchObject({ status: "awaiting", transactionId: "hks-44" });
  expect(await recordOf(second.merchantBizId)).toMatchObject({ status: "initializing", transactionId: null });
});

test("an answer that comes when the session was given up is kept as a discrepancy, with its transaction", async () => {
  const request = givenRequest({ merchantBizId: newBizId() });
  const tooLate = async () => {
    await s.voidNow(await recordOf(request.merchantBizId));
    return answered("hks-40");
  };
  await givenStarter({ initialize: [tooLate] }).start(request);
  const row = await recordOf(request.merchantBizId);
  expect(row).toMatchObject({ status: "voided", transactionId: "hks-40", nextCheckAt: null });
  expect((await loadEvidence(s.db, row)).discrepancies).toMatchObject([{ type: "result_after_end" }]);
});

test("no table holds the person's id, the device's description or the picture", async () => {
  const request = givenRequest({ merchantBizId: newBizId() });
  await givenStarter({ initialize: [answered("hks-50")] }).start(request);
  const { merchantUserHash } = await recordOf(request.merchantBizId);

  const tables = await s.db.sql<{ name: string }[]>`
    select table_name as name from information_schema.tables where table_schema = 'public'`;
  const tablesWith = async (text: string) => {
    const found: string[] = [];
    for (const { name } of tables) {
      const rows = await s.db.sql`select 1 from ${s.db.sql(name)} as t where position(${text} in t::text) > 0 limit 1`;
      if (rows.length > 0) found.push(name);
    }
    return found;
  };
  expect(await tablesWith(merchantUserHash)).toEqual(["verifications"]);
  for (const secret of [PERSON, "a phone nobody else has", "aVZCT1J3MEtHZ28="]) {
    expect(await tablesWith(secret)).toEqual([]);
  }
});

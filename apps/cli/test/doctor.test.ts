import type { ServerState } from "@verdict/db";
import { openDatabase } from "@verdict/db";
import { type Answer, RETURN_CODES } from "@verdict/provider";
import { createTestDatabase, givenVerification, type TestDatabase } from "@verdict/testkit";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { judgeAccess } from "../src/doctor/check-access.ts";
import { checkCallbackUrl, judgeProbe, type Probe } from "../src/doctor/check-callback-url.ts";
import { checkEvents, judgeEvents } from "../src/doctor/check-events.ts";
import { checkPostgres, judgeServer } from "../src/doctor/check-postgres.ts";
import { checkProvider, judgeAnswer } from "../src/doctor/check-provider.ts";
import { checkQueue, judgePromise } from "../src/doctor/check-queue.ts";
import { checkSettings } from "../src/doctor/check-settings.ts";
import { checkLedger, checkWork, judgeBacklog } from "../src/doctor/check-work.ts";
import { examine } from "../src/doctor/examine.ts";
import type { Finding } from "../src/doctor/finding.ts";
import { judgeClock, readClock } from "../src/doctor/judge-clock.ts";
import { production } from "./given-stack.ts";
import { standIn, verdict } from "./verdict.ts";

vi.setConfig({ testTimeout: 60_000 });

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const levels = (findings: readonly Finding[]) => findings.map(({ about, level }) => `${about} ${level}`);

describe("what the provider's answer says about the credentials", () => {
  const route = { slug: "default", endpoint: "https://cloudauth-intl.cn-hongkong.aliyuncs.com" };
  const answer = (kind: Answer<unknown>["kind"], code: string, httpStatus: number | null = 400) =>
    ({
      kind,
      code,
      httpStatus,
      message: "",
      requestId: null,
      result: {},
      lost: true,
      retryAfterMs: null,
    }) as Answer<unknown>;

  test.each<[string, Finding["level"]]>([
    ["Success", "ok"],
    ["ProcessNotCompleted", "ok"],
    ["TransactionIdInvalid", "ok"],
    ["InvalidParameter", "ok"],
    ["MissingParameter", "ok"],
    ["Throttling.User", "warn"],
    ["Forbidden.ExceptionRepeatedInvoke", "warn"],
    ["ServiceUnavailable", "warn"],
    ["NoFaceDetected", "warn"],
    ["SignatureDoesNotMatch", "fail"],
    ["InvalidAccessKeyId.NotFound", "fail"],
    ["InvalidAccessKeyId.Inactive", "fail"],
    ["InvalidTimeStamp.Expired", "fail"],
    ["Forbidden.RAMUserAccessDenied", "fail"],
    ["Forbidden.AccountAccessDenied", "fail"],
    ["NoPermission", "fail"],
    ["InvalidApi.NotFound", "fail"],
  ])("%s: %s", (code, level) => {
    const documented = RETURN_CODES.find((one) => one.code === code);
    const found = judgeAnswer(route, answer(documented?.class ?? "unknown", code, documented?.httpStatus));
    expect([found.level, Boolean(found.todo)]).toEqual([level, level !== "ok"]);
  });

  test("a provider that cannot be reached is a failure, an answer that nobody documented a warning", () => {
    expect(judgeAnswer(route, answer("transient", "ConnectionFailed", null)).level).toBe("fail");
    expect(judgeAnswer(route, answer("unknown", "Whatever")).level).toBe("warn");
  });

  test("it is asked once, with a call that is never billed", async () => {
    const provider = await standIn(() => ({ status: 400, body: { Code: "TransactionIdInvalid", RequestId: "R" } }));
    const found = await checkProvider({
      ...{ slug: "default", environment: "live", region: "cn-hongkong", endpoint: provider.url, qps: {} },
      ...{ accessKeyId: "id", accessKeySecret: "secret", callbackTokenKeys: [], opaqueTokens: false },
    } as Parameters<typeof checkProvider>[0]);
    provider.close();
    expect(found.level).toBe("ok");
    expect(
      provider.asked.map(({ method, path }) => [method, new URLSearchParams(path.split("?")[1]).get("IsReturnImage")]),
    ).toEqual([["POST", "N"]]);
    expect(provider.actions).toEqual(["CheckResult"]);
  });
});

describe("what a look at the callback address says", () => {
  const answered = (status: number, changes: Partial<Extract<Probe, { kind: "answered" }>> = {}): Probe => ({
    ...{ kind: "answered", status, location: null, ours: false, ...changes },
  });
  test.each<[Probe, Finding["level"], RegExp]>([
    [answered(200, { ours: true }), "ok", /answers 200$/],
    [answered(200), "warn", /not as the receiver does/],
    [
      answered(301, { location: "https://www.example.com/a-secret" }),
      "fail",
      /redirects to https:\/\/www\.example\.com \(301\)$/,
    ],
    [answered(403), "warn", /answers 403/],
    [answered(404), "fail", /answers 404/],
    [answered(502), "fail", /answers 502/],
    [answered(401), "fail", /answers 401/],
    [{ kind: "failed", code: "ENOTFOUND" }, "fail", /the name is not found/],
    [{ kind: "failed", code: "ECONNREFUSED" }, "fail", /nothing listens there/],
    [{ kind: "failed", code: "CERT_HAS_EXPIRED" }, "fail", /certificate is not accepted \(CERT_HAS_EXPIRED\)/],
    [{ kind: "failed", code: "DEPTH_ZERO_SELF_SIGNED_CERT" }, "fail", /certificate is not accepted/],
    [{ kind: "failed", code: "ETIMEDOUT" }, "fail", /no answer within 5 s/],
  ])("%j: %s", (probe, level, says) => {
    const found = judgeProbe("https://verdict.example.com/callbacks/default", probe);
    expect([found.level, Boolean(found.todo)]).toEqual([level, level !== "ok"]);
    expect(found.says).toMatch(says);
  });

  test("nobody listening is told in words, without the secret of the path, and the provider wants https", async () => {
    const route = { slug: "default", pathSecret: "a-path-only-tests-know" };
    const [found] = await checkCallbackUrl(route, { base: "http://127.0.0.1:9", realProvider: false });
    expect(found).toMatchObject({ level: "fail" });
    expect(JSON.stringify(found)).not.toContain(route.pathSecret);
    const receiver = await standIn(() => ({ status: 200, body: {} }));
    const [plain] = await checkCallbackUrl(route, { base: receiver.url, realProvider: true });
    receiver.close();
    expect([plain?.level, receiver.asked[0]?.path]).toEqual(["warn", "/callbacks/default/a-path-only-tests-know"]);
  });
});

test.each<[number, number, Finding["level"]]>([
  [4_000, 0, "ok"],
  [-5_500, 600, "ok"],
  [6_000, 0, "warn"],
  [-299_000, 0, "warn"],
  [301_000, 0, "fail"],
  [-301_000, 0, "fail"],
])("a clock that is %d ms off, give or take %d: %s", (offMs, doubtMs, level) => {
  expect(judgeClock({ of: "the database", offMs, doubtMs }).level).toBe(level);
});

test("a clock is compared with the middle of the look at it, and a coarse one with the middle of its step", () => {
  expect(readClock("it", new Date(10_000), { from: 10_000, to: 11_000 }, 1_000)).toEqual({
    of: "it",
    offMs: 0,
    doubtMs: 1_000,
  });
  expect(readClock("it", new Date(4_000), { from: 10_000, to: 10_200 })).toEqual({
    of: "it",
    offMs: 6_100,
    doubtMs: 100,
  });
});

describe("Postgres", () => {
  const fine: ServerState = {
    ...{ version: "18.4", at: new Date(0), login: "app", readOnly: false, schema: { kind: "current" }, lacking: [] },
  };
  test.each<[Partial<ServerState>, string[]]>([
    [{}, ["ok"]],
    [{ schema: { kind: "behind", missing: 2 }, lacking: ["SELECT on people"] }, ["fail"]],
    [{ schema: { kind: "ahead" } }, ["warn"]],
    [{ schema: { kind: "unknown" } }, ["warn"]],
    [{ lacking: ["UPDATE on alerts", "SELECT on people"] }, ["fail"]],
    [{ readOnly: true }, ["fail"]],
    [{ version: "14.2" }, ["warn"]],
  ])("%j: %j", (changes, told) => {
    expect(judgeServer({ ...fine, ...changes }).map(({ level }) => level)).toEqual(told);
  });

  test("a migrated one is fine, one that is not there or refuses the login is told in words", async () => {
    const here = await checkPostgres(database.db);
    expect([levels(here.findings), here.usable]).toEqual([["postgres ok", "clock ok"], true]);
    const address = new URL(database.url);
    address.pathname = "/no_such_database";
    const missing = openDatabase(address.href, { max: 1 });
    expect((await checkPostgres(missing)).findings).toMatchObject([
      { level: "fail", says: "there is no such database" },
    ]);
    await missing.close();
    const away = openDatabase("postgres://a-user:a-password@127.0.0.1:9/none", { max: 1, connectTimeout: 1 });
    const { findings } = await checkPostgres(away);
    await away.close();
    expect(findings).toMatchObject([{ level: "fail", says: expect.stringContaining("cannot be reached") }]);
    expect(JSON.stringify(findings)).not.toContain("a-password");
  });
});

describe("the queue", () => {
  test("one that is not made ready is told from one that is away", async () => {
    const options = { prefix: "nobody-migrated", sinks: ["postgres", "queue"] as const, mayForget: false };
    const [unready] = await checkQueue({ ...options, url: database.url });
    expect(unready).toMatchObject({ level: "fail", todo: expect.stringContaining("verdict -- migrate") });
    const [away] = await checkQueue({ ...options, url: "redis://:a-password@127.0.0.1:9" });
    expect(away).toMatchObject({ level: "fail", says: expect.stringContaining("Redis cannot be reached") });
  });

  test.each<[Parameters<typeof judgePromise>, Finding["level"]]>([
    [[{ kind: "kept" }, ["postgres", "queue"], false], "ok"],
    [[{ kind: "forgets", why: "appendonly is no" }, ["postgres"], false], "ok"],
    [[{ kind: "forgets", why: "appendonly is no" }, ["queue"], false], "fail"],
    [[{ kind: "unknown", why: "it does not tell" }, ["postgres", "queue"], false], "fail"],
    [[{ kind: "unknown", why: "it does not tell" }, ["postgres", "queue"], true], "warn"],
  ])("a promise and who depends on it: %j is %s", (args, level) => {
    expect(judgePromise(...args).map((finding) => finding.level)).toEqual([level]);
  });
});

describe("work and ledger", () => {
  test("nothing to do is fine, an obligation that nobody settles and evidence that nobody seals are failures", async () => {
    const own = await createTestDatabase();
    try {
      const options = { grace: 120, now: new Date() };
      expect(levels(await checkWork(own.db, options))).toEqual(["obligations ok", "backlog ok", "breakers ok"]);
      expect(await checkLedger(own.db, 0)).toMatchObject({ level: "ok" });

      const past = new Date(options.now.getTime() - 3_600_000);
      const { id } = await givenVerification(own.db, { status: "awaiting", expiresAt: past });
      await own.db.sql`insert into breakers (route, product, operation, state, troubles, blocked_until, changed_at)
          values ('default', 'ID_OCR', 'CheckResult', 'parked', 3, now(), now())`;
      await own.db.sql`insert into unsealed (rows) values ('[]')`;
      const found = await checkWork(own.db, options);
      expect(levels(found)).toEqual(["obligations fail", "backlog ok", "breakers fail"]);
      expect(found[0]?.says).toContain(id);
      expect(await checkLedger(own.db, 0)).toMatchObject({
        level: "fail",
        says: expect.stringContaining("not sealed"),
      });
    } finally {
      await own.drop();
    }
  });

  test("more due checks than a minute of quota are warned of, by route and product", () => {
    const line = { route: "default", product: "ID_OCR" } as const;
    const budgets = [{ ...line, perSecond: 10 }];
    const backlog = (count: number) => ({
      ...{ due: [{ ...line, lane: 0, count }], budgets, breakers: [], inboxReceipts: 0 },
    });
    expect(levels(judgeBacklog(backlog(600)))).toEqual(["backlog ok", "breakers ok"]);
    expect(judgeBacklog(backlog(1_210))[0]).toMatchObject({
      level: "warn",
      says: "default (ID_OCR): 1210 checks are due, 2 min of quota",
    });
  });
});

test("events have their place for weeks ahead; less than one, or some without a place, is a warning", async () => {
  const now = new Date();
  expect(await checkEvents(database.db, now)).toMatchObject({ about: "events", level: "ok" });
  const inDays = (days: number) => new Date(now.getTime() + days * 86_400_000);
  const said = (days: number, unplaced: number) => judgeEvents({ until: inDays(days), unplaced }, now);
  expect(said(6, 0)).toMatchObject({ level: "warn", says: "their partitions end in 6 days" });
  expect(said(-1, 0)).toMatchObject({ level: "warn", says: "there is no partition for this week" });
  expect(said(20, 3)).toMatchObject({ level: "warn", says: "3 stand in no week's partition" });
});

test.each<[Omit<Parameters<typeof judgeAccess>[0], "production">, Finding["level"], Finding["level"]]>([
  [{ admin: false, key: false, bootstrapKey: false }, "fail", "fail"],
  [{ admin: false, key: true, bootstrapKey: false }, "warn", "warn"],
  [{ admin: true, key: false, bootstrapKey: false }, "ok", "ok"],
  [{ admin: true, key: false, bootstrapKey: true }, "ok", "warn"],
  [{ admin: true, key: true, bootstrapKey: true }, "ok", "ok"],
])("who may use the API: %j is %s, in production %s", (access, here, inProduction) => {
  expect([false, true].map((production) => judgeAccess({ ...access, production }).level)).toEqual([here, inProduction]);
});

test("every mistake in the settings is a finding of its own, and hides only what depends on it", async () => {
  const given = { ...production, RECEIPT_SINKS: "paper", PUBLIC_CALLBACK_BASE_URL: "http://verdict.example.com" };
  const found = checkSettings(given);
  expect(found.map(({ says }) => says.split(":")[0]).sort()).toEqual(["PUBLIC_CALLBACK_BASE_URL", "RECEIPT_SINKS"]);
  const provider = await standIn(() => ({ status: 400, body: { Code: "SignatureDoesNotMatch", RequestId: "R" } }));
  const env = { ...given, DATABASE_URL: database.url, PROVIDER_ENDPOINT: provider.url };
  const looks = await Promise.all(examine({ production: true, dataDir: "/nowhere", given: env, running: null }));
  provider.close();
  const told = levels(looks.flat());
  expect(told).toEqual(expect.arrayContaining(["settings fail", "postgres ok", "provider fail", "access fail"]));
  expect(told.filter((line) => /^(queue|callback)/.test(line))).toEqual([]);
});

describe("verdict doctor", () => {
  test("exits with 1 and says what to do first where nothing runs", async () => {
    const { code, stdout } = await verdict(["doctor"]);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^fail {2}settings {5}DATABASE_URL: not set, and nothing runs on \/nowhere\n {19}→ npm start/,
    );
    expect(stdout).toMatch(/\n1 failed\n$/);
    const json = await verdict(["doctor", "--json"]);
    expect([json.code, JSON.parse(json.stdout)]).toMatchObject([
      1,
      { ok: false, findings: [{ about: "settings", level: "fail" }, {}] },
    ]);
  });
});

import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDatabase } from "@verdict/db";
import { migrateQueue } from "@verdict/queue";
import { startRedis, type TestRedis, until } from "@verdict/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { canary, foundIn, pictureWith } from "../src/canaries.ts";
import { startReceiver } from "../src/receiver-process.ts";
import { signInAsPerson } from "../src/sign-in.ts";
import { runVerdict, type StackProcess, startStack } from "../src/stack-process.ts";

/** Everything that must be found nowhere, by what it is. Those that are only known later are added then. */
const canaries: Record<string, string> = {
  ...{ user: canary("merchant-user"), erased: canary("erased-user"), name: canary("name"), number: canary("passport") },
  ...{
    address: canary("address"),
    unknown: canary("unknown-field"),
    picture: canary("picture"),
    stored: canary("kept-picture"),
  },
  ...{
    meta: canary("meta-info"),
    apiKey: canary("api-key"),
    wrongKey: canary("wrong-key"),
    tokenKey: canary("token-key"),
  },
  ...{ pepper: canary("pepper"), account: canary("access-key-secret"), foreignToken: canary("foreign-token") },
  ...{ forged: canary("forged-token"), sessions: canary("session-secret") },
  ...{ password: canary("password-of-a-person"), wrongPassword: canary("wrong-password") },
};
/** What the database has to hold, and nobody is to see: it names a session, and opens none without its signature. */
const kept: Record<string, string> = {};

const dataKey = Buffer.from("canary key of thirty-two bytes!!");
canaries.dataKey = dataKey.toString("base64url").slice(0, 40);
canaries.dataKeyBytes = dataKey.toString("latin1");

let stack: StackProcess;
let redisFolder: string;
/** The queue, where the machine has one: every command it ever got is in its files. */
let redis: TestRedis | null;
/** What may be known, to see that the search finds what is there. */
const CONTROL = { transaction: "hks-of-another-system" };

/** What the running system said to anybody, other than what was revealed on purpose. */
const said: string[] = [];
beforeAll(async () => {
  redisFolder = await mkdtemp(join(tmpdir(), "verdict-canary-redis-"));
  redis = await startRedis({ folder: redisFolder, appendfsync: "everysec" });
  stack = await startStack({
    // Claims go the way on which the queue holds them.
    ...(redis && { QUEUE_URL: redis.url, RECEIPT_SINKS: "queue,postgres" }),
    ...{ LOG_LEVEL: "trace", CALLBACK_OPAQUE_TOKENS: "true", API_BOOTSTRAP_KEY: canaries.apiKey ?? "" },
    ...{ CALLBACK_TOKEN_KEYS: `k1:${canaries.tokenKey}-and-long-enough`, MERCHANT_USER_PEPPER: canaries.pepper ?? "" },
    AUTH_SECRET: `${canaries.sessions}-and-long-enough`,
    DATA_ENCRYPTION_KEYS: `d1:${dataKey.toString("base64")}`,
    ...{ ALIBABA_CLOUD_ACCESS_KEY_ID: "LTAIcanary", ALIBABA_CLOUD_ACCESS_KEY_SECRET: canaries.account ?? "" },
  });
  await liveThrough();
}, 120_000);
afterAll(async () => {
  await stack.stop();
  await redis?.stop().catch(() => {});
  await stack.removeData();
  await rm(redisFolder, { recursive: true, force: true });
});

type Answer = { status: number; text: string; body: Record<string, unknown> };

async function ask(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, init);
  const text = await response.text();
  const isJson = response.headers.get("Content-Type")?.includes("json") ?? false;
  return { status: response.status, text, body: isJson && !text.includes("\n{") ? JSON.parse(text) : {} };
}

const headers = () => ({ Authorization: `Bearer ${stack.apiKey}`, "Content-Type": "application/json" });
const get = (path: string) => ask(`${stack.urls.api}${path}`, { headers: headers() });
const post = (path: string, body: unknown) =>
  ask(`${stack.urls.api}${path}`, { method: "POST", headers: headers(), body: JSON.stringify(body) });

/** Asks, and keeps the answer for the search. */
async function heard(asking: Promise<Answer>): Promise<Answer> {
  const answer = await asking;
  said.push(answer.text);
  return answer;
}

const revealed: Record<string, string> = {};
const ids: Record<string, string> = {};

async function session(body: Record<string, unknown>, result: Record<string, unknown>): Promise<string> {
  const begun = await heard(post("/v1/verifications", body));
  expect([begun.status, begun.text.slice(0, 300)]).toEqual([201, expect.any(String)]);
  const { id, transactionId } = begun.body as { id: string; transactionId: string };
  const completed = await ask(`${stack.urls.simulator}/_sim/transactions/${transactionId}/complete`, {
    ...{ method: "POST", headers: { "Content-Type": "application/json" } },
    body: JSON.stringify({ passed: "Y", subCode: "200", result }),
  });
  expect(completed.status).toBe(200);
  const ended = await heard(get(`/v1/verifications/${id}?wait=30`));
  expect(ended.body.status).toBe("passed");
  return id;
}

/** What a company does in a day, mistakes and attacks included, with every value a canary. */
async function liveThrough(): Promise<void> {
  const metaInfo = JSON.stringify({ device: canaries.meta });
  const ocrIdInfo = {
    surname: canaries.name,
    passportNo: canaries.number,
    address: canaries.address,
    newField: canaries.unknown,
  };
  const idImage = pictureWith(canaries.stored ?? "");
  const document = { product: "ID_OCR", docType: "01000000", merchantUserId: canaries.user, metaInfo };
  const record = {
    ExtIdInfo: JSON.stringify({ ocrIdPassed: "Y", ocrIdInfo, idImage }),
    ExtBasicInfo: JSON.stringify({ note: canaries.unknown }),
  };
  ids.document = await session(document, record);
  const face = { product: "FACE_VERIFY", facePictureBase64: pictureWith(canaries.picture ?? ""), metaInfo };
  ids.face = await session({ ...face, merchantUserId: canaries.user }, {});
  ids.erased = await session({ ...document, merchantUserId: canaries.erased }, record);

  const check = {
    merchantUserId: canaries.user,
    verifyModel: "0",
    faceGroupCodes: ["customers"],
    autoRegistration: "0",
  };
  const checked = await heard(
    post("/v1/face-checks", { ...check, sourceFacePicture: pictureWith(canaries.picture ?? "") }),
  );
  expect(checked.status).toBe(201);
  const registered = await heard(
    post("/v1/verifications/register", {
      ...{ product: "FACE_VERIFY", transactionId: "hks-of-another-system", merchantBizId: "foreign1" },
      ...{
        merchantUserId: canaries.user,
        callbackToken: canaries.foreignToken,
        initializedAt: new Date().toISOString(),
      },
    }),
  );
  expect(registered.status).toBe(201);

  // Mistakes of callers, each with a value that must not come back.
  await heard(post("/v1/verifications", { ...document, docType: canaries.number, merchantUserId: canaries.user }));
  await heard(post("/v1/verifications", { ...document, [canaries.name ?? ""]: 1, metaInfo: 7 }).then(withoutNames));
  await heard(post("/v1/face-checks", { ...check, sourceFacePicture: canaries.picture }));
  await heard(ask(`${stack.urls.api}/v1/verifications`, { headers: { Authorization: `Bearer ${canaries.wrongKey}` } }));
  await heard(
    ask(`${stack.urls.api}/v1/verifications`, { method: "POST", headers: headers(), body: `{"a":"${canaries.name}` }),
  );

  // Callbacks: of nobody, of the other system, and one that makes no sense.
  const callback = (query: Record<string, string>) =>
    heard(ask(`${stack.urls.receiver}/callbacks/default?${new URLSearchParams(query)}`));
  const claim = { transactionId: "hks-of-another-system", passed: "Y", subCode: "200" };
  await callback({ ...claim, callbackToken: canaries.forged ?? "" });
  expect((await callback({ ...claim, callbackToken: canaries.foreignToken ?? "" })).status).toBe(200);
  const sent = JSON.parse((await ask(`${stack.urls.simulator}/_sim/transactions`)).text) as { callbackToken: string }[];
  for (const [nth, { callbackToken }] of sent.entries()) canaries[`callbackToken${nth}`] = callbackToken;
  await callback({
    callbackToken: sent[0]?.callbackToken ?? "",
    transactionId: "hks",
    passed: "maybe",
    subCode: "200",
  });

  // What people do.
  const reason = "a canary sings";
  revealed.details = (await post(`/v1/verifications/${ids.document}/details/reveal`, { reason })).text;
  revealed.pictures = (await post(`/v1/verifications/${ids.document}/pictures`, { reason })).text;
  const made = await post("/v1/keys", { name: "for a machine", scopes: ["verifications.read"], reason });
  if (typeof made.body.key === "string") canaries.machineKey = made.body.key.slice(-30);
  await signIn();
  await leaveOnPostgres(sent[0]?.callbackToken ?? "");
  const erasure = await heard(post("/v1/erasures", { merchantUserId: canaries.erased, reason }));
  expect(erasure.status).toBe(202);
  await until(async () => (await get(`/v1/erasures/${erasure.body.id}`)).body.finishedAt);
  await heard(get(`/v1/erasures/${erasure.body.id}`));
}

/** Somebody of the back office, in his own way in. */
async function signIn(): Promise<void> {
  const person = { name: "Pat", email: "pat@shop.example", role: "analyst" };
  const made = await post("/v1/people", person);
  expect(made.status).toBe(201);
  canaries.firstPassword = String(made.body.password);
  const ways = { email: person.email, first: canaries.firstPassword, own: canaries.password ?? "" };
  const signedIn = await signInAsPerson(stack.urls.api, { ...ways, wrong: canaries.wrongPassword ?? "" }, ({ text }) =>
    said.push(text),
  );
  const { cookie, earlierCookie, totp, backupCodes } = signedIn;
  Object.assign(canaries, { cookie, earlierCookie, totp: totp.base32, totpBytes: totp.bytes.toString("latin1") });
  for (const [nth, code] of backupCodes.slice(0, 3).entries()) canaries[`backupCode${nth}`] = code;
  kept.sessionToken = signedIn.token;
  const me = await heard(
    ask(`${stack.urls.api}/v1/me`, { headers: { Cookie: `verdict.session_token=${encodeURIComponent(cookie)}` } }),
  );
  expect(me.body).toMatchObject({ kind: "person", secondFactor: true });
}

/** A callback in the queue on Postgres, which nobody takes out when the queue is a Redis. */
async function leaveOnPostgres(callbackToken: string): Promise<void> {
  const { databaseUrl } = JSON.parse(await readFile(join(stack.dataDir, "stack.json"), "utf8"));
  await migrateQueue(databaseUrl);
  const receiver = await startReceiver({
    ...{ DATABASE_URL: databaseUrl, QUEUE_URL: databaseUrl, RECEIPT_SINKS: "queue,postgres", QUEUE_PREFIX: "left" },
    CALLBACK_TOKEN_KEYS: `k1:${canaries.tokenKey}-and-long-enough`,
  });
  const query = new URLSearchParams({ callbackToken, transactionId: CONTROL.transaction, passed: "Y", subCode: "200" });
  const { status } = await ask(`http://127.0.0.1:${receiver.port}/callbacks/default?${query}`);
  expect([status, await receiver.stop()]).toEqual([200, 0]);
}

/** A field nobody knows is named in the answer to whoever sent it, and nowhere else. */
const withoutNames = (answer: Answer): Answer => ({ ...answer, text: "" });

test("what was meant to be seen was there to be seen", () => {
  for (const value of [canaries.name, canaries.number, canaries.address, canaries.unknown]) {
    expect(revealed.details).toContain(value);
  }
  expect(foundIn(revealed.pictures ?? "", { stored: canaries.stored ?? "" })).toEqual(["stored"]);
  expect(foundIn(`x${Buffer.from(`ab${canaries.name}cd`).toString("base64")}`, canaries)).toEqual(["name"]);
});

test("no log line of any process holds a secret or anything of a person", async () => {
  const folder = join(stack.dataDir, "logs");
  const logs = await readdir(folder);
  expect(logs).toEqual(expect.arrayContaining(["api.log", "receiver.log", "worker.log", "simulator.log"]));
  expect(await readFile(join(folder, "worker.log"), "utf8")).toContain('"working"');
  for (const log of logs)
    expect([log, foundIn(await readFile(join(folder, log), "utf8"), { ...canaries, ...kept })]).toEqual([log, []]);
  // The first sign-in is printed to whoever starts it.
  const printed = stack.lines.filter((line) => !line.startsWith("sign in"));
  expect(foundIn(printed.join("\n"), { ...canaries, ...kept })).toEqual([]);
});

test("no answer of the API or the receiver does, errors included", async () => {
  const pages = ["/v1/verifications?limit=200", "/v1/exports/verifications", "/v1/exports/verifications?format=ndjson"];
  const more = [
    "/v1/events",
    "/v1/audit",
    "/v1/alerts",
    "/v1/discrepancies",
    "/v1/work",
    "/v1/refusals",
    "/v1/stats",
    "/v1/erasures",
  ];
  const each = Object.values(ids).flatMap((id) =>
    ["", "/timeline", "/details"].map((part) => `/v1/verifications/${id}${part}`),
  );
  for (const path of [
    ...pages,
    ...more,
    ...each,
    "/v1/retention/runs",
    "/v1/keys",
    "/v1/people",
    "/openapi.json",
    "/metrics",
  ]) {
    said.push((await get(path)).text);
  }
  said.push((await ask(`${stack.urls.receiver}/metrics`)).text);
  expect(foundIn(said.join("\n"), CONTROL)).toEqual(["transaction"]);
  // Masked: initials and ends of numbers are all there is.
  for (const text of said)
    expect([text.slice(0, 200), foundIn(text, { ...canaries, ...kept })]).toEqual([expect.any(String), []]);
});

test("no table does, the queue's and the encrypted one among them", async () => {
  const { databaseUrl } = JSON.parse(await readFile(join(stack.dataDir, "stack.json"), "utf8"));
  const db = openDatabase(databaseUrl, { max: 1 });
  try {
    const tables = await db.sql<{ name: string }[]>`
      select format('%I.%I', schemaname, tablename) as name from pg_tables
      where schemaname not in ('pg_catalog', 'information_schema')`;
    expect(tables.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["public.personal_details", "public.receipts"]),
    );
    const stored = await db.sql`select from personal_details where verification_id = ${ids.document ?? ""}`;
    expect(stored.length).toBeGreaterThanOrEqual(5);
    const kept = await db.sql<{ row: string }[]>`select r::text as row from receipts r`;
    expect(foundIn(kept.map(({ row }) => row).join("\n"), CONTROL)).toEqual(["transaction"]);
    for (const { name } of tables) {
      const rows = await db.sql.unsafe<{ row: string }[]>(`select t::text as row from ${name} t`);
      expect([name, foundIn(rows.map(({ row }) => row).join("\n"), canaries)]).toEqual([name, []]);
    }
  } finally {
    await db.close();
  }
});

test("the sign-in is kept as hashes and under keys: only the name of a session is there as it is", async () => {
  const { databaseUrl } = JSON.parse(await readFile(join(stack.dataDir, "stack.json"), "utf8"));
  const db = openDatabase(databaseUrl, { max: 1 });
  const rows = await db.sql<{ row: string }[]>`
    select s::text as row from people_sessions s union all select a::text from people_accounts a
    union all select f::text from people_second_factors f`;
  await db.close();
  expect(rows.length).toBeGreaterThanOrEqual(4);
  const text = rows.map(({ row }) => row).join("\n");
  expect(foundIn(text, { ...canaries, ...kept })).toEqual(["sessionToken"]);
});

test("the evidence is whole without the person", async () => {
  await until(async () => (await runVerdict(["verify-ledger"], { DATA_DIR: stack.dataDir })).code === 0);
});

test("no file of the data folder does, but those with the secrets of this machine", async () => {
  expect(await stack.stop()).toBe(0);
  const secrets = new Set(["secrets.json", "operator-key", "stack.json"]);
  const files = await readdir(stack.dataDir, { recursive: true, withFileTypes: true });
  let controls = 0;
  for (const file of files.filter((one) => one.isFile() && !secrets.has(one.name))) {
    const content = await readFile(join(file.parentPath, file.name), "latin1");
    expect([file.name, foundIn(content, canaries)]).toEqual([file.name, []]);
    controls += foundIn(content, CONTROL).length;
  }
  expect(controls).toBeGreaterThan(0);
}, 120_000);

test.skipIf(!process.env.TEST_REDIS_URL)(
  process.env.TEST_REDIS_URL
    ? "no command that the queue's Redis ever got does, nor anything it holds"
    : "no command that the queue's Redis ever got does (skipped: no redis-server here; apt-get install redis-server)",
  async () => {
    await redis?.stop();
    const files = await readdir(redisFolder, { recursive: true, withFileTypes: true });
    let all = "";
    for (const file of files.filter((one) => one.isFile()))
      all += await readFile(join(file.parentPath, file.name), "latin1");
    expect(all).toContain("receipts.reconcile");
    expect(foundIn(all, CONTROL)).toEqual(["transaction"]);
    expect(foundIn(all, { ...canaries, ...kept })).toEqual([]);
  },
);

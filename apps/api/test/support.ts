import { randomUUIDv7 } from "node:crypto";
import { BlockList } from "node:net";
import { openDeliveryClient } from "@verdict/delivery";
import { DEFAULT_POLICY, RETENTION_DAYS } from "@verdict/domain";
import {
  type Answer,
  createProviderClient,
  type FaceDuplicationCheckAnswer,
  type InitializeResult,
} from "@verdict/provider";
import { createLogger, createMetrics } from "@verdict/runtime";
import {
  detailCipher,
  erasePerson,
  hashUser,
  recheckVerification,
  redriveWork,
  registerVerification,
  requestPictures,
  runFaceCheck,
  type StartRequest,
  type StartResult,
  startVerification,
  voidVerification,
} from "@verdict/services";
import { createTestDatabase, TEST_KEY, type TestDatabase } from "@verdict/testkit";
import { createAuth } from "../src/access/sign-in/auth.ts";
import { type ApiDeps, createApi } from "../src/api.ts";
import { changeWaiters } from "../src/live/wait-for-change.ts";

/** Where browsers reach the API of a test. */
export const ORIGIN = "http://api.test";

export const API_KEY = "a-key-that-only-tests-know";

export const initialized = (transactionId: string): Answer<InitializeResult> => ({
  kind: "ok",
  httpStatus: 200,
  code: "Success",
  message: "success",
  requestId: "R-1",
  result: { transactionId, protocol: "P-1", transactionUrl: "https://face.example/once" },
});

/** The provider's answer to a face check that passes, with changes. */
export const faceChecked = (result: FaceDuplicationCheckAnswer): Answer<FaceDuplicationCheckAnswer> => ({
  kind: "ok",
  httpStatus: 200,
  code: "Success",
  message: "success",
  requestId: "R-2",
  result: { facePassed: "Y", subCode: "200", transactionId: `hk${randomUUIDv7()}`, ...result },
});

/** A body that starts a face verification. */
export const faceBody = (changes: Record<string, unknown> = {}) => ({
  product: "FACE_VERIFY",
  merchantUserId: "alice",
  metaInfo: '{"deviceType":"ios"}',
  facePictureUrl: "https://shop.example/alice.jpg",
  ...changes,
});

/** A body that starts the reading of a document. */
export const documentBody = (changes: Record<string, unknown> = {}) => ({
  product: "ID_OCR",
  merchantUserId: "alice",
  metaInfo: '{"deviceType":"ios"}',
  docType: "01000000",
  ...changes,
});

/** An API on a database of its own. The provider answers Initialize as the test says; nothing else reaches a network. */
export async function setup({ database: given }: { database?: TestDatabase } = {}) {
  const database = given ?? (await createTestDatabase());
  const { db } = database;
  const waiters = changeWaiters();
  const lines: string[] = [];
  const log = createLogger({ name: "api", level: "trace" }, { write: (line) => void lines.push(line) });
  let sessions = 0;
  let answer = async (): Promise<Answer<InitializeResult>> => initialized(`hks-${++sessions}`);
  const asked: Record<string, unknown>[] = [];

  const nowhere = { endpoint: "http://127.0.0.1:9", accessKeyId: "id", accessKeySecret: "secret" };
  let faceAnswer = async (): Promise<Answer<FaceDuplicationCheckAnswer>> => faceChecked({});
  const provider = {
    ...createProviderClient(nowhere),
    faceDuplicationCheck: (request: object) => {
      asked.push({ ...request });
      return faceAnswer();
    },
    initialize: (request: object) => {
      asked.push({ ...request });
      return answer();
    },
  };
  const startDeps = {
    db,
    policy: DEFAULT_POLICY,
    ttl: 1_800,
    callbackBaseUrl: "https://callbacks.example.com",
    pepper: "a pepper that only tests know",
    now: () => new Date(),
    newId: randomUUIDv7,
    wait: async () => {},
    cipher: detailCipher([{ kid: "d1", key: Buffer.from("a key that only the tests know..") }]),
  };
  const startRoute = { slug: "default", signingKey: TEST_KEY, callbackPath: "/callbacks/default" };
  const start = (slug: string, request: StartRequest): Promise<StartResult> | null =>
    slug === "default" ? startVerification(startDeps, { ...startRoute, provider }, request) : null;

  const checkFace: ApiDeps["checkFace"] = (slug, request, options) =>
    slug === "default" ? runFaceCheck(startDeps, { slug, provider }, request, options) : null;

  const putBack: { queue: string; payload: unknown }[] = [];
  const redrive: ApiDeps["redrive"] = (request) =>
    redriveWork(
      {
        ...startDeps,
        takesJob: (queue) => queue === "receipts.reconcile",
        enqueueJob: async (queue, payload) => void putBack.push({ queue, payload }),
      },
      request,
    );

  const register: ApiDeps["register"] = (slug, request) =>
    slug === "default" ? registerVerification({ ...startDeps, opaqueTokens: () => true }, slug, request) : null;

  const secret = "a secret that only the tests know";
  const auth = createAuth({ db, publicUrl: ORIGIN, secret, oidc: null, log, now: () => new Date() });

  // Names lead nowhere; this machine may be sent to.
  const allowed = { hosts: [{ host: "127.0.0.1", port: null }], networks: new BlockList() };
  const resolve = async (): Promise<string[]> => [];
  const delivery = { client: openDeliveryClient({ allowed, resolve, timeoutMs: 2_000 }), allowed, resolve };

  const apiWith = (changes: Partial<ApiDeps> = {}) =>
    createApi({
      db,
      start,
      checkFace,
      register,
      recheck: (act) => recheckVerification(startDeps, act),
      void: (act) => voidVerification(startDeps, act),
      redrive,
      requestPictures: (row, wish) => requestPictures(startDeps, { provider, qps: {} }, row, wish),
      erase: (request) => erasePerson(startDeps, request),
      hashUser: (merchantUserId) => hashUser(startDeps.pepper, merchantUserId),
      cipher: startDeps.cipher,
      delivery,
      retention: { ...RETENTION_DAYS, refusals: 30 },
      waiters,
      now: () => new Date(),
      bootstrapKey: API_KEY,
      auth,
      hasOidc: false,
      trust: null,
      publicUrl: ORIGIN,
      origins: [ORIGIN],
      log,
      metrics: createMetrics("api"),
      metricsAccess: { production: false },
      checks: {},
      ...changes,
    });
  const app = apiWith();
  const authorized = (headers: Record<string, string> = {}) => ({ Authorization: `Bearer ${API_KEY}`, ...headers });

  return {
    database,
    db,
    waiters,
    startDeps,
    log,
    lines,
    asked,
    putBack,
    app,
    apiWith,
    authorized,
    /** What the provider answers from now on. */
    answers: (next: () => Promise<Answer<InitializeResult>>) => {
      answer = next;
    },
    answersFaceChecks: (next: () => Promise<Answer<FaceDuplicationCheckAnswer>>) => {
      faceAnswer = next;
    },
    get: (path: string, headers: Record<string, string> = {}) => app.request(path, { headers: authorized(headers) }),
    post: (
      body: unknown,
      { text, to = app, path = "/v1/verifications" }: { text?: string; to?: typeof app; path?: string } = {},
    ) =>
      to.request(path, {
        method: "POST",
        headers: authorized({ "Content-Type": "application/json" }),
        body: text ?? JSON.stringify(body),
      }),
  };
}

/** A problem as it came: its status, its content type and its body. */
export async function problemOf(response: Response): Promise<Record<string, unknown>> {
  const body = (await response.json()) as Record<string, unknown>;
  return { contentType: response.headers.get("Content-Type"), httpStatus: response.status, ...body };
}

/** The fields a problem finds fault with. */
export const faultsOf = async (response: Response): Promise<string[]> => {
  const { errors } = (await response.json()) as { errors?: { path: string }[] };
  return (errors ?? []).map((error) => error.path).toSorted();
};

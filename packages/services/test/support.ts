import { randomUUIDv7 } from "node:crypto";
import {
  type Db,
  findVerification,
  insertReceipts,
  leaseVerification,
  type NewReceipt,
  type RaisedAlert,
  releaseVerification,
  type Verification,
} from "@verdict/db";
import { DEFAULT_POLICY, receiptId } from "@verdict/domain";
import type {
  Answer,
  CheckResultAnswer,
  CheckVerifyLogAnswer,
  DeleteFaceRecordAnswer,
  DeleteVerifyResultAnswer,
  FaceDuplicationCheckAnswer,
  InitializeResult,
  ProviderClient,
} from "@verdict/provider";
import { createTestDatabase } from "@verdict/testkit";
import { type CheckDeps, checkVerification } from "../src/check-verification.ts";
import { settleRows } from "../src/settle-rows.ts";

const facts = { httpStatus: 200, code: "Success", message: "success", requestId: "R-1" };

export const ok = <T>(result: T) => ({ ...facts, kind: "ok", result }) as const;
export const pending: Answer<never> = { ...facts, kind: "pending", httpStatus: 404, code: "ProcessNotCompleted" };
export const gone: Answer<never> = { ...facts, kind: "permanent", httpStatus: 400, code: "TransactionIdInvalid" };
export const down: Answer<never> = {
  ...facts,
  kind: "transient",
  httpStatus: 503,
  code: "ServiceUnavailable",
  lost: false,
};
export const throttled = (retryAfterMs: number | null): Answer<never> => ({
  ...facts,
  kind: "throttled",
  httpStatus: 403,
  code: "Throttling.Api",
  retryAfterMs,
});
export const refused = (code: string): Answer<never> => ({
  ...facts,
  kind: code.startsWith("Forbidden") ? "configuration" : "permanent",
  httpStatus: 400,
  code,
});

export const lost: Answer<never> = { ...facts, kind: "transient", httpStatus: null, code: "Timeout", lost: true };

/** An answer, or what happens before it is given. */
type Scripted<T> = Answer<T> | ((request: Record<string, unknown>) => Promise<Answer<T>>);

/** What a provider answers, one after the other; the last one repeats. */
export type Script = {
  initialize?: Scripted<InitializeResult>[];
  checkResult?: Scripted<CheckResultAnswer>[];
  checkVerifyLog?: Scripted<CheckVerifyLogAnswer>[];
  faceDuplicationCheck?: Scripted<FaceDuplicationCheckAnswer>[];
  deleteVerifyResult?: Scripted<DeleteVerifyResultAnswer>[];
  deleteFaceRecord?: Scripted<DeleteFaceRecordAnswer>[];
};

/** A provider whose answers a test writes down beforehand; the last one repeats. Every call is kept. */
export function scriptedProvider(script: Script) {
  const calls: { operation: string; request: Record<string, unknown> }[] = [];
  const answer = <T>(operation: string, answers: Scripted<T>[] | undefined) => {
    return async (asked: object): Promise<Answer<T>> => {
      const request = { ...asked };
      calls.push({ operation, request });
      const next = answers && (answers.length > 1 ? answers.shift() : answers[0]);
      if (!next) throw new Error(`The test did not expect ${operation}.`);
      return typeof next === "function" ? next(request) : next;
    };
  };
  const client: ProviderClient = {
    initialize: answer("Initialize", script.initialize),
    checkResult: answer("CheckResult", script.checkResult),
    checkVerifyLog: answer("CheckVerifyLog", script.checkVerifyLog),
    faceDuplicationCheck: answer("FaceDuplicationCheckIntl", script.faceDuplicationCheck),
    deleteVerifyResult: answer("DeleteVerifyResult", script.deleteVerifyResult),
    deleteFaceRecord: answer("DeleteFaceRecordV2", script.deleteFaceRecord),
    keepalive: async () => ok({ result: "SUCCESS" }),
    close: async () => {},
  };
  return { client, calls };
}

/** A database in which somebody else gets in right before each of the next `times` hand-written statements. */
export function overtaken(db: Db, race: () => Promise<unknown>, times = 1): Db {
  let left = times;
  // Only a statement is awaited; the parts it is made of are not.
  const sql = new Proxy(db.sql, {
    apply: (target, self, values) =>
      new Proxy(Reflect.apply(target, self, values), {
        get(query, name) {
          if (name === "then" && left > 0) {
            left -= 1;
            const overtaken = race().then(() => query);
            return overtaken.then.bind(overtaken);
          }
          const value = Reflect.get(query, name, query);
          return typeof value === "function" ? value.bind(query) : value;
        },
      }),
  });
  return { ...db, sql };
}

const START = new Date("2026-03-01T10:00:00.000Z");

/** A row as it comes from the database: a fresh, awaiting session unless told otherwise. */
export const givenRow = (changes: Partial<Verification> = {}): Verification => ({
  id: "019cb9f2-7a40-7c10-8a55-2f9e0d6b1c3a",
  route: "default",
  product: "FACE_VERIFY",
  status: "awaiting",
  version: 3,
  merchantBizId: "order1",
  merchantUserHash: "0".repeat(32),
  sceneCode: null,
  securityLevel: null,
  requestHash: "0".repeat(64),
  transactionId: "hks-1",
  transactionSource: "initialize",
  protocol: null,
  transactionUrl: null,
  claimPassed: null,
  claimSubCode: null,
  claimedAt: null,
  passed: null,
  subCode: null,
  outcomeSource: null,
  confirmedAt: null,
  walkAway: null,
  errorCode: null,
  errorMessage: null,
  checkedAt: null,
  checkCount: 0,
  troubleCount: 0,
  nextCheckAt: new Date("2026-03-01T10:01:00.000Z"),
  recheckWanted: false,
  askingUntil: null,
  erasedAt: null,
  expiresAt: new Date("2026-03-01T10:30:00.000Z"),
  createdAt: START,
  updatedAt: START,
  ...changes,
});

/** A database, a clock that only moves when told, and the services' dependencies around them. */
export async function setup() {
  const database = await createTestDatabase();
  const { db } = database;
  let time = START;
  const rung: string[] = [];
  const poison: string[] = [];
  const raised: RaisedAlert[] = [];
  const deps = {
    db,
    now: () => time,
    newId: () => randomUUIDv7(),
    random: () => 0.5,
    policy: DEFAULT_POLICY,
    ring: async (routes: readonly string[]) => void rung.push(...routes),
    onPoison: (id: string) => void poison.push(id),
    onAlert: (alert: RaisedAlert) => void raised.push(alert),
  };
  return {
    ...deps,
    deps,
    database,
    rung,
    poison,
    raised,
    at: (when: string | Date) => {
      time = new Date(when);
    },
    /** The row as it stands now. */
    async reload({ id }: { id: string }): Promise<Verification> {
      const row = await findVerification(db, id);
      if (!row) throw new Error("The verification is gone.");
      return row;
    },
    /**
     * Asks about a verification, as a worker does that has leased it. False, and nobody was asked: somebody else is at it, or
     * it is not due.
     */
    async check({ id }: { id: string }, client: ProviderClient, changes: Partial<CheckDeps> & { db?: Db } = {}) {
      const leased = await leaseVerification(db, id, time, new Date(time.getTime() + 30_000));
      if (!leased) return false;
      if (leased.nextCheckAt === null || leased.nextCheckAt > time) {
        await releaseVerification(db, id);
        return false;
      }
      const settling = { ...deps, db: changes.db ?? db };
      await checkVerification(
        { ...deps, client, call: (_, ask) => ask(), settle: (one) => settleRows(settling, [one]), ...changes },
        leased,
      );
      return true;
    },
    /** What a person does who voids a verification. */
    voidNow: ({ id }: { id: string }) =>
      db.sql`update verifications set status = 'voided', version = version + 1, next_check_at = null where id = ${id}`,
    pass: (seconds: number) => {
      time = new Date(time.getTime() + seconds * 1000);
    },
    /** Stores a callback about a verification as the receiver would. */
    async receive(
      verification: Verification,
      claim: { passed: boolean; subCode: string },
      changes: Partial<NewReceipt> = {},
    ) {
      const transactionId = changes.transactionId ?? verification.transactionId ?? "tx";
      const identity = { route: verification.route, verificationId: verification.id, transactionId, claim };
      const receipt: NewReceipt = {
        id: receiptId(identity),
        ...identity,
        ...claim,
        keyId: "k1",
        late: false,
        extra: null,
        receivedAt: time,
        ...changes,
      };
      await insertReceipts(db, [receipt], "postgres", time);
      return receipt.id;
    },
  };
}

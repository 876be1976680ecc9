import {
  type Db,
  findVerification,
  findVerificationsByIds,
  searchVerifications,
  type Verification,
  type VerificationFilter,
} from "@verdict/db";
import { statistics } from "@verdict/services";

const PAGE = 51;
const DAY_MS = 86_400_000;

/** One question, asked about another session each time. */
export type Query = { name: string; kind: "look-up" | "first page" | "next page" | "other"; ask: Ask };
type Ask = (db: Db, samples: readonly Verification[]) => Promise<unknown>;

const about =
  (ask: (db: Db, one: Verification) => Promise<unknown>): Ask =>
  (db, [one]) => {
    if (!one) throw new Error("There are no sessions to ask about.");
    return ask(db, one);
  };
const first = (name: string, filter: VerificationFilter): Query => ({
  name,
  kind: "first page",
  ask: (db) => searchVerifications(db, filter, { limit: PAGE }),
});
const next = (name: string, filter: VerificationFilter): Query => ({
  name,
  kind: "next page",
  ask: about((db, after) => searchVerifications(db, filter, { limit: PAGE, after })),
});
const lookUp = (name: string, filterOf: (one: Verification) => VerificationFilter): Query => ({
  name,
  kind: "look-up",
  ask: about((db, one) => searchVerifications(db, filterOf(one), { limit: PAGE })),
});
const stats = (name: string, by: "hour" | "day", days: number): Query => ({
  name,
  kind: "other",
  ask: (db) => {
    const to = new Date();
    const from = new Date(to.getTime() - days * DAY_MS);
    return statistics(db, { from, to, by, groupBy: ["route"], routes: null });
  },
});

/** One of its three ids, for each session always the same. */
const idOf = ({ id, transactionId, merchantBizId }: Verification): string =>
  [id, transactionId ?? id, merchantBizId][Number.parseInt(id.slice(-8), 16) % 3] ?? id;

export const QUERIES: readonly Query[] = [
  { name: "our id", kind: "look-up", ask: about((db, { id }) => findVerification(db, id)) },
  lookUp("transactionId", ({ transactionId }) => ({ transactionId: transactionId ?? "" })),
  lookUp("merchantBizId", ({ merchantBizId }) => ({ merchantBizId })),
  lookUp("merchantUserId", ({ merchantUserHash }) => ({ merchantUserHash })),
  {
    name: "200 ids, of each kind",
    kind: "look-up",
    ask: (db, samples) => findVerificationsByIds(db, samples.slice(0, 200).map(idOf)),
  },
  first("no filter", {}),
  first("passed", { status: ["passed"] }),
  first("a route", { routes: ["lab"] }),
  first("a product", { product: "ID_OCR" }),
  first("a scene", { sceneCode: "loan" }),
  first("voided (1 in 160)", { status: ["voided"] }),
  first("sub-code 205 (1 in 30)", { subCode: "205" }),
  first("route, product, failed (1 in 110)", { routes: ["branch"], product: "ID_OCR", status: ["failed"] }),
  first("what there is none of", { status: ["passed"], subCode: "205" }),
  first("an open discrepancy", { hasDiscrepancy: true }),
  {
    name: "passed, on one day",
    kind: "first page",
    ask: about((db, { createdAt }) => {
      const to = new Date(createdAt.getTime() + DAY_MS);
      return searchVerifications(db, { passed: true, from: createdAt, to }, { limit: PAGE });
    }),
  },
  next("no filter", {}),
  next("passed, of a scene", { status: ["passed"], sceneCode: "loan" }),
  next("voided", { status: ["voided"] }),
  stats("statistics of 30 days by day and route", "day", 30),
  stats("statistics of a day by hour and route", "hour", 1),
  stats("statistics of a year by day and route", "day", 365),
];

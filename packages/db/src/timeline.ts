import type { FaceCheckDetails } from "@verdict/domain";
import { and, asc, desc, eq, inArray, or, type SQL, sql } from "drizzle-orm";
import type { Db } from "./database.ts";
import { alerts, checks, discrepancies, humanActions, receiptCopies, receipts, transitions } from "./schema.ts";
import type { Verification } from "./verifications.ts";

/** What people do to a verification itself. Looking at personal data and the like is for the audit log alone. */
const ACTS = ["verification.recheck", "verification.void"];

/** Everything on record about one verification, each list in its own order. */
export async function loadEvidence(db: Db, verification: Pick<Verification, "id" | "route">) {
  const { id } = verification;
  const [receiptRows, checkRows, transitionRows, discrepancyRows, alertRows, actionRows] = await Promise.all([
    db.orm
      .select({ receipt: receipts, copies: receiptCopies.copies })
      .from(receipts)
      .leftJoin(receiptCopies, eq(receiptCopies.receiptId, receipts.id))
      .where(or(eq(receipts.verificationId, id), isEvidenceFor(id)))
      .orderBy(asc(receipts.receivedAt)),
    db.orm.select().from(checks).where(eq(checks.verificationId, id)).orderBy(asc(checks.answeredAt)),
    listTransitions(db, id),
    db.orm
      .select()
      .from(discrepancies)
      .where(eq(discrepancies.verificationId, id))
      .orderBy(asc(discrepancies.openedAt)),
    db.orm.select().from(alerts).where(eq(alerts.verificationId, id)).orderBy(asc(alerts.openedAt)),
    db.orm
      .select()
      .from(humanActions)
      .where(and(eq(humanActions.verificationId, id), inArray(humanActions.action, ACTS)))
      .orderBy(asc(humanActions.at)),
  ]);
  return {
    receipts: receiptRows
      .filter(({ receipt }) => receipt.route === verification.route)
      .map(({ receipt, copies }) => ({ ...receipt, copies: copies ?? 0 })),
    checks: checkRows,
    transitions: transitionRows,
    discrepancies: discrepancyRows.filter((row) => row.route === verification.route),
    alerts: alertRows.filter((row) => row.route === verification.route),
    actions: actionRows,
  };
}

/** An adopted receipt names another system's session; what it caused names the receipt. */
const isEvidenceFor = (id: string): SQL =>
  sql`${receipts.id} = any(array(
    select ${transitions.receiptId} from ${transitions} where ${transitions.verificationId} = ${id}
    union select ${discrepancies.receiptId} from ${discrepancies} where ${discrepancies.verificationId} = ${id}))`;

/** What the latest answered face check said beyond its verdict. */
export async function findFaceCheck(db: Db, verificationId: string): Promise<FaceCheckDetails | null> {
  const found = await db.orm
    .select({ faceCheck: checks.faceCheck })
    .from(checks)
    .where(and(eq(checks.verificationId, verificationId), eq(checks.kind, "verdict")))
    .orderBy(desc(checks.answeredAt))
    .limit(1);
  return found[0]?.faceCheck ?? null;
}

export const listTransitions = (db: Db, verificationId: string) =>
  db.orm
    .select()
    .from(transitions)
    .where(eq(transitions.verificationId, verificationId))
    .orderBy(asc(transitions.version));

import { type Db, searchVerifications, type Verification, type VerificationFilter } from "@verdict/db";
import { csvLine } from "@verdict/domain";

export const EXPORT_FORMATS = ["csv", "ndjson"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

type Cell = string | number | boolean | null;

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;

/** The columns of an export, in their order. Nothing in them names a person. */
const COLUMNS: readonly [name: string, read: (row: Verification) => Cell][] = [
  ["id", (row) => row.id],
  ["route", (row) => row.route],
  ["product", (row) => row.product],
  ["status", (row) => row.status],
  ["passed", (row) => row.passed],
  ["subCode", (row) => row.subCode],
  ["merchantBizId", (row) => row.merchantBizId],
  ["sceneCode", (row) => row.sceneCode],
  ["transactionId", (row) => row.transactionId],
  ["claimPassed", (row) => row.claimPassed],
  ["claimSubCode", (row) => row.claimSubCode],
  ["claimedAt", (row) => iso(row.claimedAt)],
  ["outcomeSource", (row) => row.outcomeSource],
  ["confirmedAt", (row) => iso(row.confirmedAt)],
  ["walkAwayProgress", (row) => row.walkAway?.progress ?? null],
  ["walkAwayPage", (row) => row.walkAway?.page ?? null],
  ["walkAwayErrorCode", (row) => row.walkAway?.errorCode ?? null],
  ["errorCode", (row) => row.errorCode],
  ["checkCount", (row) => row.checkCount],
  ["createdAt", (row) => iso(row.createdAt)],
  ["expiresAt", (row) => iso(row.expiresAt)],
  ["updatedAt", (row) => iso(row.updatedAt)],
];

export const EXPORT_COLUMNS: readonly string[] = COLUMNS.map(([name]) => name);

const WRITE: Readonly<Record<ExportFormat, (row: Verification) => string>> = {
  csv: (row) => csvLine(COLUMNS.map(([, read]) => read(row))),
  ndjson: (row) => `${JSON.stringify(Object.fromEntries(COLUMNS.map(([name, read]) => [name, read(row)])))}\n`,
};

const PAGE = 1_000;

/**
 * The verifications that fit, newest first, as text in pieces of up to a thousand rows. The next piece is read when somebody asks for it,
 * and only that one is in memory. Each piece is a query of its own, behind the last row of the one before: no transaction stays
 * open for a slow reader, no row comes twice, and what is created after `to` does not come at all.
 */
export async function* exportVerifications(
  db: Db,
  filter: VerificationFilter & { to: Date },
  format: ExportFormat,
  page = PAGE,
): AsyncGenerator<string, void> {
  if (format === "csv") yield csvLine(EXPORT_COLUMNS);
  let after: Verification | undefined;
  for (;;) {
    const rows = await searchVerifications(db, filter, { limit: page, after });
    if (rows.length > 0) yield rows.map(WRITE[format]).join("");
    if (rows.length < page) return;
    after = rows.at(-1);
  }
}

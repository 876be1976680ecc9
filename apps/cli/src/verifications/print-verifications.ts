import { aligned, shortTime, table } from "../print/table.ts";
import type { Verification } from "./verification.ts";

const HEAD = ["id", "status", "sub-code", "product", "route", "created (UTC)", "transaction"];

/** A table for people, one line for each verification. */
export function printVerifications(items: readonly Verification[]): string[] {
  if (items.length === 0) return ["no such verifications"];
  const rows = items.map(({ id, status, subCode, product, route, createdAt, transactionId }) => [
    ...[id, status, subCode ?? "-", product, route, shortTime(createdAt), transactionId ?? "-"],
  ]);
  return table(HEAD, rows);
}

/** What there is to know of one, and what happens next. */
export function printVerification(one: Verification): string[] {
  const { claim, outcome } = one;
  const said = (passed: boolean, subCode: string | null) =>
    [passed ? "passed" : "failed", subCode].filter(Boolean).join(" ");
  const rows: [string, string | null][] = [
    ["status", one.status],
    ["explanation", one.explanation],
    ["result", one.passed === null ? null : said(one.passed, one.subCode)],
    [
      "source",
      outcome && [outcome.source, outcome.confirmedAt && shortTime(outcome.confirmedAt)].filter(Boolean).join(", "),
    ],
    ["claim", claim && said(claim.passed, claim.subCode)],
    ["product", one.product],
    ["route", one.route],
    ["transaction", one.transactionId],
    ["merchantBizId", one.merchantBizId],
    ["created", shortTime(one.createdAt)],
    ["expires", shortTime(one.expiresAt)],
    ["checks", `${one.checkCount}${one.nextCheckAt ? `, the next at ${shortTime(one.nextCheckAt)}` : ""}`],
  ];
  return [one.id, ...aligned(rows.flatMap(([name, text]) => (text ? [["", name, text]] : [])))];
}

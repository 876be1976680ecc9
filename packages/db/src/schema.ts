/** All tables, by subject. */

export * from "./schema/alerts.ts";
export * from "./schema/evidence.ts";
export * from "./schema/given-up.ts";
export * from "./schema/ledger.ts";
export * from "./schema/quota.ts";
export * from "./schema/receipts.ts";
export * from "./schema/strangers.ts";
export * from "./schema/verifications.ts";

/** All tables, by subject. */

export * from "./schema/alerts.ts";
export * from "./schema/api-keys.ts";
export * from "./schema/counts.ts";
export * from "./schema/endpoints.ts";
export * from "./schema/events.ts";
export * from "./schema/evidence.ts";
export * from "./schema/given-up.ts";
export * from "./schema/ledger.ts";
export * from "./schema/notifications.ts";
export * from "./schema/people.ts";
export * from "./schema/personal.ts";
export * from "./schema/quota.ts";
export * from "./schema/receipts.ts";
export * from "./schema/retention.ts";
export * from "./schema/strangers.ts";
export * from "./schema/traces.ts";
export * from "./schema/verifications.ts";

import { sql } from "drizzle-orm";
import { bigint, check, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";
import { verifications } from "./verifications.ts";

/** Requests the receiver turned away, counted. Strangers decide how many there are, so the rows are bounded, not the count. */
export const refusals = pgTable(
  "refusals",
  {
    hour: instant("hour").notNull(),
    /** A configured route, or `-`: strangers make up names. */
    route: text("route").notNull(),
    reason: text("reason").notNull(),
    /** Network the requests came from (IPv4 /24, IPv6 /48), or `*` for all beyond the rows of that hour. */
    source: text("source").notNull(),
    times: bigint("times", { mode: "number" }).notNull(),
    firstAt: instant("first_at").notNull(),
    lastAt: instant("last_at").notNull(),
  },
  (table) => [
    primaryKey({ name: "refusals_pkey", columns: [table.hour, table.route, table.reason, table.source] }),
    check("refusals_times_check", sql`times > 0`),
  ],
);

/** Tokens of sessions that another system started, as SHA-256. Only routes that accept opaque tokens look here. */
export const opaqueTokens = pgTable(
  "opaque_tokens",
  {
    route: text("route").notNull(),
    tokenHash: text("token_hash").notNull(),
    verificationId: uuid("verification_id")
      .notNull()
      .references(() => verifications.id),
    expiresAt: instant("expires_at").notNull(),
  },
  (table) => [primaryKey({ name: "opaque_tokens_pkey", columns: [table.route, table.tokenHash] })],
);

import type { Permission } from "@verdict/domain";
import { sql } from "drizzle-orm";
import { check, index, pgTable, text, unique, uuid } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";

/** What a machine identifies itself with. Only hashes are kept: the key itself is shown once, when it is made. */
export const apiKeys = pgTable(
  "api_keys",
  {
    id: uuid("id").primaryKey(),
    name: text("name").notNull(),
    /** SHA-256 of the key. Enough, since a key is 192 random bits. */
    hash: text("hash").notNull(),
    /** How the key begins, for people to tell it from others. */
    prefix: text("prefix").notNull(),
    /** The key before the last rotation, and how long it is still good. */
    previousHash: text("previous_hash"),
    previousGoodUntil: instant("previous_good_until"),
    scopes: text("scopes").array().$type<Permission[]>().notNull(),
    /** The routes it reaches; null: all. */
    routes: text("routes").array(),
    createdBy: text("created_by").notNull(),
    createdAt: instant("created_at").notNull(),
    /** To the minute. */
    lastUsedAt: instant("last_used_at"),
    expiresAt: instant("expires_at"),
    revokedAt: instant("revoked_at"),
    revokedBy: text("revoked_by"),
  },
  (table) => [
    unique("api_keys_hash_unique").on(table.hash),
    unique("api_keys_previous_hash_unique").on(table.previousHash),
    index("api_keys_created_at_index").on(table.createdAt, table.id),
    check("api_keys_revoked_check", sql`(revoked_at is null) = (revoked_by is null)`),
    check("api_keys_previous_check", sql`(previous_hash is null) = (previous_good_until is null)`),
  ],
);

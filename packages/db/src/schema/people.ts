import { ROLES } from "@verdict/domain";
import { sql } from "drizzle-orm";
import { boolean, check, index, integer, pgTable, text, unique, uuid } from "drizzle-orm/pg-core";
import { instant, oneOf } from "./columns.ts";

// The tables of sign-in. Names of fields are better-auth's, which reads and writes them; names of columns are ours.

/** Somebody who signs in. Never deleted, since what he did stays on record; disabled instead. */
export const people = pgTable(
  "people",
  {
    id: uuid("id").primaryKey(),
    name: text("name").notNull(),
    email: text("email").notNull(),
    emailVerified: boolean("email_verified").notNull().default(false),
    image: text("image"),
    role: text("role", { enum: ROLES }).notNull().default("viewer"),
    /** The routes he sees; null: all. */
    routes: text("routes").array(),
    disabledAt: instant("disabled_at"),
    /** He signed in with a password that somebody else has seen. */
    mustChangePassword: boolean("must_change_password").notNull().default(false),
    twoFactorEnabled: boolean("two_factor_enabled").default(false),
    /** Who made him; null: his own identity provider did. */
    createdBy: text("created_by"),
    createdAt: instant("created_at").notNull().defaultNow(),
    updatedAt: instant("updated_at").notNull().defaultNow(),
  },
  (table) => [
    unique("people_email_unique").on(table.email),
    index("people_created_at_index").on(table.createdAt, table.id),
    check("people_role_check", oneOf("role", ROLES)),
    check("people_email_check", sql`email = lower(email)`),
  ],
);

const person = () =>
  uuid("person_id")
    .notNull()
    .references(() => people.id, { onDelete: "cascade" });

/** Somebody signed in, on one device. */
export const peopleSessions = pgTable(
  "people_sessions",
  {
    id: uuid("id").primaryKey(),
    userId: person(),
    token: text("token").notNull(),
    expiresAt: instant("expires_at").notNull(),
    ipAddress: text("ip_address"),
    userAgent: text("user_agent"),
    createdAt: instant("created_at").notNull().defaultNow(),
    updatedAt: instant("updated_at").notNull().defaultNow(),
  },
  (table) => [
    unique("people_sessions_token_unique").on(table.token),
    index("people_sessions_person_id_index").on(table.userId),
    index("people_sessions_expires_at_index").on(table.expiresAt),
  ],
);

/** A way to sign in: with a password (as its argon2id hash), or by an identity provider. No tokens of that are kept. */
export const peopleAccounts = pgTable(
  "people_accounts",
  {
    id: uuid("id").primaryKey(),
    userId: person(),
    providerId: text("provider_id").notNull(),
    accountId: text("account_id").notNull(),
    password: text("password"),
    accessToken: text("access_token"),
    refreshToken: text("refresh_token"),
    idToken: text("id_token"),
    accessTokenExpiresAt: instant("access_token_expires_at"),
    refreshTokenExpiresAt: instant("refresh_token_expires_at"),
    scope: text("scope"),
    createdAt: instant("created_at").notNull().defaultNow(),
    updatedAt: instant("updated_at").notNull().defaultNow(),
  },
  (table) => [
    unique("people_accounts_account_unique").on(table.providerId, table.accountId),
    index("people_accounts_person_id_index").on(table.userId),
    check("people_accounts_tokens_check", sql`access_token is null and refresh_token is null and id_token is null`),
  ],
);

/** What a sign-in under way has to come back with: the state of an identity provider, or a second factor. */
export const peopleChallenges = pgTable(
  "people_challenges",
  {
    id: uuid("id").primaryKey(),
    identifier: text("identifier").notNull(),
    value: text("value").notNull(),
    expiresAt: instant("expires_at").notNull(),
    createdAt: instant("created_at").notNull().defaultNow(),
    updatedAt: instant("updated_at").notNull().defaultNow(),
  },
  (table) => [
    index("people_challenges_identifier_index").on(table.identifier),
    index("people_challenges_expires_at_index").on(table.expiresAt),
  ],
);

/** A second factor: the secret of a one-time code and the backup codes, both encrypted. */
export const peopleSecondFactors = pgTable(
  "people_second_factors",
  {
    id: uuid("id").primaryKey(),
    userId: person(),
    secret: text("secret").notNull(),
    backupCodes: text("backup_codes").notNull(),
    verified: boolean("verified").notNull().default(true),
    failedVerificationCount: integer("failed_verification_count").notNull().default(0),
    lockedUntil: instant("locked_until"),
  },
  (table) => [unique("people_second_factors_person_id_unique").on(table.userId)],
);

/** How often something was tried that may only be tried so often, by address and call or by account. */
export const signInAttempts = pgTable(
  "sign_in_attempts",
  {
    key: text("key").primaryKey(),
    count: integer("count").notNull(),
    /** When counting begins anew. */
    until: instant("until").notNull(),
  },
  (table) => [index("sign_in_attempts_until_index").on(table.until)],
);

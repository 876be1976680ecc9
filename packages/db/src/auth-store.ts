import { drizzleAdapter } from "better-auth/adapters/drizzle";
import type { Db } from "./database.ts";
import { people, peopleAccounts, peopleChallenges, peopleSecondFactors, peopleSessions } from "./schema.ts";

/** Where better-auth keeps people, their sessions and their ways to sign in: its models by our tables. */
export const authStore = (db: Db) =>
  drizzleAdapter(db.orm, {
    provider: "pg",
    schema: {
      user: people,
      session: peopleSessions,
      account: peopleAccounts,
      verification: peopleChallenges,
      twoFactor: peopleSecondFactors,
    },
    transaction: true,
  });

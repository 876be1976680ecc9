import { randomUUIDv7 } from "node:crypto";
import type { Reach } from "@verdict/domain";
import { and, desc, eq, getTableColumns, gte, inArray, lte, or, sql } from "drizzle-orm";
import type { Db } from "./database.ts";
import { isBehind, type Page } from "./newest-first.ts";
import { humanActions, unsealed } from "./schema.ts";

/** What a person did, and why. */
export type HumanAction = typeof humanActions.$inferSelect;

export type NewHumanAction = Omit<HumanAction, "id">;

/** A transaction that changes what the action is about. */
type Transaction = Pick<Db["orm"], "insert">;

/** Puts on record what a person did, and that it is to be sealed. In the transaction that does it, or it might be lost. */
export async function recordHumanAction(tx: Transaction, action: NewHumanAction): Promise<void> {
  const id = randomUUIDv7();
  await tx.insert(humanActions).values({ id, ...action });
  await tx.insert(unsealed).values({ rows: [["human_action", id]] });
}

export type HumanActionFilter = {
  actor?: string | undefined;
  /** One action, like `alert.resolve`, or all of a kind, like `alert`. */
  action?: string | undefined;
  subject?: string | undefined;
  route?: string | undefined;
  verificationId?: string | undefined;
  /** Both inclusive. */
  from?: Date | undefined;
  to?: Date | undefined;
  /** Only of these, which leaves out what has no route; null: of all. */
  routes?: Reach | undefined;
};

/** The name of a person or a key; null for what is neither. Only ids are looked up: other actors are words. */
const actorName = sql<string | null>`
  case when ${humanActions.actor} ~ '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' then coalesce(
    (select name from people where id = ${humanActions.actor}::uuid),
    (select name from api_keys where id = ${humanActions.actor}::uuid)) end`;

/** What people did, newest first, with the name that the actor has today. */
export const listHumanActions = (
  db: Db,
  { actor, action, subject, route, verificationId, from, to, routes }: HumanActionFilter,
  { limit, after }: Page,
): Promise<(HumanAction & { actorName: string | null })[]> =>
  db.orm
    .select({ ...getTableColumns(humanActions), actorName })
    .from(humanActions)
    .where(
      and(
        actor !== undefined ? eq(humanActions.actor, actor) : undefined,
        action !== undefined
          ? or(eq(humanActions.action, action), sql`starts_with(${humanActions.action}, ${`${action}.`})`)
          : undefined,
        subject !== undefined ? eq(humanActions.subject, subject) : undefined,
        route !== undefined ? eq(humanActions.route, route) : undefined,
        verificationId !== undefined ? eq(humanActions.verificationId, verificationId) : undefined,
        from && gte(humanActions.at, from),
        to && lte(humanActions.at, to),
        routes ? inArray(humanActions.route, [...routes]) : undefined,
        after && isBehind({ openedAt: humanActions.at, id: humanActions.id }, after),
      ),
    )
    .orderBy(desc(humanActions.at), desc(humanActions.id))
    .limit(limit);

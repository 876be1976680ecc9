import type { AttemptOutcome, Reach } from "@verdict/domain";
import { arrayContained, asc, eq, getTableColumns, sql } from "drizzle-orm";
import type { Db } from "./database.ts";
import { DELIVERIES_CHANNEL } from "./deliveries.ts";
import { recordHumanAction } from "./human-actions.ts";
import { inTransaction } from "./in-transaction.ts";
import { isUuid } from "./is-uuid.ts";
import { endpoints } from "./schema.ts";

/** With what it has not taken yet, and what was given up. */
export type Endpoint = typeof endpoints.$inferSelect & { pending: number; givenUp: number };

export type NewEndpoint = Pick<
  Endpoint,
  "id" | "name" | "url" | "types" | "routes" | "secret" | "createdBy" | "createdAt"
>;

/** Who changes an endpoint, when, and why. */
export type By = { by: string; at: Date; reason?: string | null };

const counted = (state: "pending" | "given_up") =>
  sql<number>`(select count(*)::int from deliveries d where d.endpoint_id = endpoints.id and d.state = '${sql.raw(state)}')`;

const columns = { ...getTableColumns(endpoints), pending: counted("pending"), givenUp: counted("given_up") };

/** Those of nothing but these routes, by name; null: all. */
export const listEndpoints = (db: Db, routes: Reach): Promise<Endpoint[]> =>
  db.orm
    .select(columns)
    .from(endpoints)
    .where(routes?.length === 0 ? sql`false` : routes ? arrayContained(endpoints.routes, [...routes]) : undefined)
    .orderBy(asc(endpoints.name));

/** Null as well for text that cannot be an id. */
export async function findEndpoint(db: Db, id: string): Promise<Endpoint | null> {
  if (!isUuid(id)) return null;
  const found = await db.orm.select(columns).from(endpoints).where(eq(endpoints.id, id));
  return found[0] ?? null;
}

/** Writes an endpoint, which gets what happens from then on. Null: its name is taken. */
export const createEndpoint = (db: Db, endpoint: NewEndpoint): Promise<Endpoint | null> =>
  inTransaction(db, async (tx) => {
    const row = { ...endpoint, state: "active" as const, updatedAt: endpoint.createdAt };
    const [created] = await tx.orm.insert(endpoints).values(row).onConflictDoNothing().returning();
    if (!created) return null;
    const after = { ...created, pending: 0, givenUp: 0 };
    await record(tx, "endpoint.create", null, after, { by: created.createdBy, at: created.createdAt });
    return after;
  });

export type EndpointChanges = Partial<Pick<Endpoint, "name" | "url" | "types" | "routes" | "state">>;

/**
 * Changes an endpoint. Null: there is none. Throws when another one has that name. One that is switched on again gets what has
 * waited for it at once, and the whole schedule anew; whether a new address takes anything is not known yet.
 */
export async function changeEndpoint(db: Db, id: string, changes: EndpointChanges, by: By): Promise<Endpoint | null> {
  if (!isUuid(id)) return null;
  return inTransaction(db, async (tx) => {
    const [held] = await tx.orm.select().from(endpoints).where(eq(endpoints.id, id)).for("update");
    if (!held) return null;
    const before = await getEndpoint(tx, id);
    const switched = changes.state !== undefined && changes.state !== before.state ? changes.state : null;
    const moved = changes.url !== undefined && changes.url !== before.url;
    await tx.orm
      .update(endpoints)
      .set({
        ...{ ...changes, updatedAt: by.at },
        ...((moved || switched === "active") && { failingSince: null }),
        ...(switched === "active" && { disabledWhy: null, disabledAt: null }),
        ...(switched === "disabled" && { disabledWhy: "person" as const, disabledAt: by.at }),
      })
      .where(eq(endpoints.id, id));
    if (switched === "active") await beginAnew(tx, id, by.at);
    const after = await getEndpoint(tx, id);
    await record(tx, "endpoint.change", before, after, by);
    return after;
  });
}

async function beginAnew({ sql }: Db, id: string, at: Date): Promise<void> {
  await sql`
    update deliveries set attempts = 0, lease = null, next_attempt_at = ${at.toISOString()}::timestamptz
    where endpoint_id = ${id}::uuid and state = 'pending'`;
  await sql`select pg_notify(${DELIVERIES_CHANNEL}, '')`;
}

/** Gives an endpoint a new secret; the one it had signs as well until then. Null: there is none. */
export async function rotateEndpointSecret(
  db: Db,
  id: string,
  { secret, previousUntil }: { secret: string; previousUntil: Date },
  by: By,
): Promise<Endpoint | null> {
  if (!isUuid(id)) return null;
  return inTransaction(db, async (tx) => {
    const rotated = await tx.orm
      .update(endpoints)
      .set({ secret, previousSecret: sql`${endpoints.secret}`, previousUntil, updatedAt: by.at })
      .where(eq(endpoints.id, id))
      .returning({ id: endpoints.id });
    if (rotated.length === 0) return null;
    const after = await getEndpoint(tx, id);
    await record(tx, "endpoint.rotate_secret", null, after, by);
    return after;
  });
}

/** Deletes an endpoint and what waited for it; what was delivered or given up stays on record. False: there is none. */
export async function deleteEndpoint(db: Db, id: string, by: By): Promise<boolean> {
  if (!isUuid(id)) return false;
  return inTransaction(db, async (tx) => {
    // Waits for whoever is just making deliveries for it, which are then seen below.
    const [held] = await tx.orm.select().from(endpoints).where(eq(endpoints.id, id)).for("update");
    if (!held) return false;
    const before = await getEndpoint(tx, id);
    await tx.orm.delete(endpoints).where(eq(endpoints.id, id));
    await tx.sql`delete from deliveries where endpoint_id = ${id}::uuid and state = 'pending'`;
    await record(tx, "endpoint.delete", before, null, by);
    return true;
  });
}

/**
 * Says how an endpoint answered to something sent to it at that address: since when it has been failing, or that it is not any more. One
 * that is gone, or has been failing since `disabledBefore`, is disabled. Returns why, if this answer did it.
 */
export async function noteAnswer(
  { sql }: Db,
  { id, url }: Pick<Endpoint, "id" | "url">,
  answer: { outcome: AttemptOutcome; at: Date; disabledBefore: Date },
): Promise<"gone" | "failing" | null> {
  const { outcome, at, disabledBefore } = answer;
  if (outcome === "delivered") {
    await sql`update endpoints set failing_since = null where id = ${id}::uuid and url = ${url} and failing_since is not null
      and state = 'active'`;
    return null;
  }
  const [gone, since] = [outcome === "gone", at.toISOString()];
  const [noted] = await sql<{ why: "gone" | "failing" | null }[]>`
    update endpoints set failing_since = coalesce(failing_since, ${since}::timestamptz),
      state = case when ${gone} or failing_since <= ${disabledBefore.toISOString()}::timestamptz then 'disabled' else state end,
      disabled_why = case when ${gone} then 'gone'
        when failing_since <= ${disabledBefore.toISOString()}::timestamptz then 'failing' end,
      disabled_at = case when ${gone} or failing_since <= ${disabledBefore.toISOString()}::timestamptz then ${since}::timestamptz end
    where id = ${id}::uuid and url = ${url} and state = 'active'
      and (failing_since is null or ${gone} or failing_since <= ${disabledBefore.toISOString()}::timestamptz)
    returning disabled_why as why`;
  return noted?.why ?? null;
}

async function getEndpoint(db: Db, id: string): Promise<Endpoint> {
  const found = await findEndpoint(db, id);
  if (!found) throw new Error("The endpoint is gone.");
  return found;
}

/** Addresses may hold a secret of their own, so only whether one was changed is on record. */
async function record(
  tx: Db,
  action: string,
  before: Endpoint | null,
  after: Endpoint | null,
  { by, at, reason = null }: By,
) {
  const urlChanged = before !== null && after !== null && before.url !== after.url;
  await recordHumanAction(tx.orm, {
    ...{ at, actor: by, action, subject: (after ?? before)?.id ?? "", route: null, verificationId: null, reason },
    ...{ before: before && outline(before), after: after && { ...outline(after), ...(urlChanged && { urlChanged }) } },
  });
}

const outline = ({ name, url, types, routes, state, disabledWhy, previousUntil }: Endpoint) => ({
  ...{ name, host: URL.parse(url)?.host ?? null, types, routes, state, disabledWhy, previousUntil },
});

/** Whether a change failed because another endpoint has that name. */
export const isEndpointNameTaken = (error: unknown): boolean => {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ("constraint_name" in at && at.constraint_name === "endpoints_name_unique") return true;
  }
  return false;
};

import { randomUUIDv7 } from "node:crypto";
import type { Product, Reach } from "@verdict/domain";
import { asc, desc, eq } from "drizzle-orm";
import type { Db } from "./database.ts";
import { recordHumanAction } from "./human-actions.ts";
import { inTransaction } from "./in-transaction.ts";
import { isUuid } from "./is-uuid.ts";
import { erasureItems, erasures } from "./schema.ts";

export type Erasure = typeof erasures.$inferSelect;
export type ErasureItem = typeof erasureItems.$inferSelect;

const OPEN = ["initializing", "awaiting", "claimed"];

/** What is left of a peppered hash when nobody is to be found by it any more. */
const ERASED = "erased";

export type ErasureWish = {
  merchantUserHash: string;
  by: string;
  reason: string;
  at: Date;
  /** Only on these; null: wherever the person is known. */
  routes: Reach;
};

/**
 * Begins to erase a person, in one transaction: marks all his verifications, deletes what the provider told of him, takes what is
 * personal from those that have ended, and lists them all for the worker. Whoever is about to settle one of them has lost the race
 * and finds the mark. Returns the erasure's id and how many verifications it found.
 */
export function beginErasure(db: Db, wish: ErasureWish): Promise<{ id: string; found: number }> {
  const { merchantUserHash, by, reason, at, routes } = wish;
  const id = randomUUIDv7();
  return inTransaction(db, async (tx) => {
    await tx.orm.insert(erasures).values({ id, merchantUserHash, reason, requestedBy: by, requestedAt: at });
    const marked = await tx.sql<{ id: string }[]>`
      with marked as (
        update verifications set erased_at = coalesce(erased_at, ${at.toISOString()}::timestamptz), version = version + 1,
          updated_at = ${at.toISOString()}::timestamptz
        where merchant_user_hash = ${merchantUserHash} and ${routes ? tx.sql`route = any(${[...routes]}::text[])` : tx.sql`true`}
        returning id, route, status
      ), listed as (
        insert into erasure_items (erasure_id, verification_id, route, state, due_at)
        select ${id}::uuid, id, route, case when status = any(${OPEN}::text[]) then 'waiting' else 'asking' end,
          ${at.toISOString()}::timestamptz
        from marked
      )
      select id from marked`;
    const ids = marked.map((one) => one.id);
    // A statement of its own: details that were settled while the one above waited are seen by it.
    await tx.sql`delete from personal_details where verification_id = any(${ids}::uuid[])`;
    // Alerts are told apart by whom they are about.
    await tx.sql`
      update alerts set subject = ${ERASED} || ':' || ${id}::text
      where subject = ${merchantUserHash} and ${routes ? tx.sql`route = any(${[...routes]}::text[])` : tx.sql`true`}`;
    if (ids.length === 0) await finishErasures(tx, at);
    const told = { at, actor: by, action: "person.erase", subject: id, reason, route: null, verificationId: null };
    await recordHumanAction(tx.orm, { ...told, before: null, after: { verifications: ids.length } });
    return { id, found: ids.length };
  });
}

/** One verification whose erasure is due, with what is needed to ask the provider. */
export type DueItem = {
  erasureId: string;
  verificationId: string;
  route: string;
  product: Product;
  transactionId: string | null;
  merchantUserHash: string;
  tries: number;
};

/**
 * Takes up to `limit` verifications that have ended and are due, so that nobody else works on them until `until`. Those still open
 * are looked at again then, and those whose provider holds calls back once it answers.
 */
export async function takeErasures(db: Db, routes: readonly string[], now: Date, until: Date, limit: number) {
  const [at, lease] = [now.toISOString(), until.toISOString()];
  return db.sql<DueItem[]>`
    with due as (
      select erasure_id, verification_id from erasure_items
      where due_at <= ${at}::timestamptz and route = any(${[...routes]}::text[])
      order by due_at limit ${limit} for update skip locked
    ), taken as (
      update erasure_items i set due_at = ${lease}::timestamptz
      from due where i.erasure_id = due.erasure_id and i.verification_id = due.verification_id
      returning i.*
    )
    select t.erasure_id as "erasureId", t.verification_id as "verificationId", v.route, v.product,
      v.transaction_id as "transactionId", e.merchant_user_hash as "merchantUserHash", t.tries
    from taken t join verifications v on v.id = t.verification_id join erasures e on e.id = t.erasure_id
    where v.status <> all(${OPEN}::text[]) and not exists (
      select from breakers b
      where b.route = v.route and b.product = v.product and b.operation = 'CheckResult' and b.state <> 'closed'
        and b.blocked_until > ${at}::timestamptz)`;
}

/**
 * Takes from a verification that has ended what could still lead to the person: the hash, the request's hash, the session's
 * address and protocol, the provider's message. It is asked about no more. May be repeated.
 */
export async function blankVerification(db: Db, id: string, at: Date): Promise<void> {
  await db.sql`
    update verifications set merchant_user_hash = ${ERASED}, request_hash = ${ERASED}, transaction_url = null, protocol = null,
      error_message = null, next_check_at = null, recheck_wanted = false, version = version + 1, updated_at = ${at.toISOString()}::timestamptz
    where id = ${id}::uuid and erased_at is not null and status <> all(${OPEN}::text[])
      and (merchant_user_hash, request_hash) is distinct from (${ERASED}, ${ERASED})`;
}

export type ItemProgress = Pick<ErasureItem, "state" | "code" | "requestId" | "dueAt">;

/** Writes down how far one verification is. */
export async function moveErasureItem(
  db: Db,
  { erasureId, verificationId }: Pick<DueItem, "erasureId" | "verificationId">,
  { state, code, requestId, dueAt }: ItemProgress,
  asked: boolean,
  now: Date,
): Promise<void> {
  const at = now.toISOString();
  await db.sql`
    update erasure_items set state = ${state}, code = ${code}, request_id = ${requestId},
      due_at = ${dueAt?.toISOString() ?? null}::timestamptz, tries = tries + ${asked ? 1 : 0}::int,
      finished_at = case when ${dueAt === null}::boolean then ${at}::timestamptz end
    where erasure_id = ${erasureId}::uuid and verification_id = ${verificationId}::uuid and finished_at is null`;
}

/** Finishes every erasure whose last verification is through. */
export async function finishErasures(db: Db, at: Date): Promise<void> {
  await db.sql`
    update erasures e set finished_at = ${at.toISOString()}::timestamptz
    where finished_at is null
      and not exists (select from erasure_items i where i.erasure_id = e.id and i.finished_at is null)`;
}

/** An erasure with each of its verifications. Null as well for text that cannot be an id. */
export async function findErasure(db: Db, id: string): Promise<(Erasure & { items: ErasureItem[] }) | null> {
  if (!isUuid(id)) return null;
  const [erasure] = await db.orm.select().from(erasures).where(eq(erasures.id, id));
  if (!erasure) return null;
  const items = await db.orm
    .select()
    .from(erasureItems)
    .where(eq(erasureItems.erasureId, id))
    .orderBy(asc(erasureItems.verificationId));
  return { ...erasure, items };
}

/** The latest erasures, newest first. */
export const listErasures = (db: Db, limit: number): Promise<Erasure[]> =>
  db.orm.select().from(erasures).orderBy(desc(erasures.requestedAt), desc(erasures.id)).limit(limit);

import type { Reach } from "@verdict/domain";
import { and, count, desc, eq, getTableColumns, gte, inArray, isNotNull, isNull, lte, ne, or, sql } from "drizzle-orm";
import type { Db } from "./database.ts";
import { isUuid } from "./is-uuid.ts";
import { isBehind, type Page } from "./newest-first.ts";
import { givenUpWork } from "./schema.ts";

type Row = typeof givenUpWork.$inferSelect;

/** Given-up work as lists show it. What a job carried may be long: here stand its keys, and how many bytes each holds. */
export type GivenUpWork = Omit<Row, "payload"> & { payloadSizes: Record<string, number> | null };

export type GivenUpFilter = {
  ids?: readonly string[] | undefined;
  kind?: Row["kind"] | undefined;
  route?: string | undefined;
  /** Only of these, which leaves out what has no route; null: of all. */
  routes?: Reach | undefined;
  status?: "open" | "redriven" | undefined;
  /** In any letter case. */
  reasonContains?: string | undefined;
  /** When it was given up last, both inclusive. */
  from?: Date | undefined;
  to?: Date | undefined;
};

/** A receipt is tried so many times. Before the last one its row only counts, and nobody is shown it. */
export const RECEIPT_TRIES = 5;

const isGivenUp = or(ne(givenUpWork.kind, "receipt"), gte(givenUpWork.times, RECEIPT_TRIES));
const HAS_STATUS = { open: isNull(givenUpWork.redrivenAt), redriven: isNotNull(givenUpWork.redrivenAt) };

const fits = ({ ids, kind, route, routes, status, reasonContains, from, to }: GivenUpFilter) =>
  and(
    isGivenUp,
    ids && inArray(givenUpWork.id, ids.filter(isUuid)),
    kind && eq(givenUpWork.kind, kind),
    route !== undefined ? eq(givenUpWork.route, route) : undefined,
    routes ? inArray(givenUpWork.route, [...routes]) : undefined,
    status && HAS_STATUS[status],
    reasonContains !== undefined
      ? sql`position(lower(${reasonContains}) in lower(${givenUpWork.reason})) > 0`
      : undefined,
    from && gte(givenUpWork.lastAt, from),
    to && lte(givenUpWork.lastAt, to),
  );

const { payload, ...columns } = getTableColumns(givenUpWork);
const shown = {
  ...columns,
  payloadSizes: sql<Record<string, number> | null>`
    case when jsonb_typeof(${payload}) = 'object'
      then (select json_object_agg(key, octet_length(value::text)) from jsonb_each(${payload})) end`,
};

/** The given-up work that fits, what was given up last first. */
export const listGivenUp = (db: Db, filter: GivenUpFilter, { limit, after }: Page): Promise<GivenUpWork[]> =>
  db.orm
    .select(shown)
    .from(givenUpWork)
    .where(and(fits(filter), after && isBehind({ openedAt: givenUpWork.lastAt, id: givenUpWork.id }, after)))
    .orderBy(desc(givenUpWork.lastAt), desc(givenUpWork.id))
    .limit(limit);

/** How much of it fits. */
export async function countGivenUp(db: Db, filter: GivenUpFilter): Promise<number> {
  const [row] = await db.orm.select({ found: count() }).from(givenUpWork).where(fits(filter));
  return row?.found ?? 0;
}

/** Null as well for text that cannot be an id. */
export async function findGivenUp(db: Db, id: string): Promise<GivenUpWork | null> {
  const [found] = await listGivenUp(db, { ids: [id] }, { limit: 1 });
  return found ?? null;
}

/** The open work that fits, behind the row `after` if that is given; what was given up first comes first. */
export const listRedrivable = (
  db: Db,
  filter: GivenUpFilter,
  { limit, after }: { limit: number; after?: Pick<Row, "lastAt" | "id"> | undefined },
): Promise<Pick<Row, "id" | "kind" | "lastAt">[]> =>
  db.orm
    .select({ id: givenUpWork.id, kind: givenUpWork.kind, lastAt: givenUpWork.lastAt })
    .from(givenUpWork)
    .where(
      and(
        fits({ ...filter, status: "open" }),
        after &&
          sql`(${givenUpWork.lastAt}, ${givenUpWork.id}) > (${after.lastAt.toISOString()}::timestamptz, ${after.id}::uuid)`,
      ),
    )
    .orderBy(givenUpWork.lastAt, givenUpWork.id)
    .limit(limit);

/** What a given-up job carried, and its queue. Null: there is no such job. */
export async function findGivenUpJob(db: Db, id: string): Promise<{ queue: string; payload: unknown } | null> {
  const [job] = await db.orm
    .select({ queue: givenUpWork.queue, payload })
    .from(givenUpWork)
    .where(and(eq(givenUpWork.id, id), eq(givenUpWork.kind, "job")));
  return job?.queue ? { queue: job.queue, payload: job.payload } : null;
}

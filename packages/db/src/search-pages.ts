import { and, type SQL, sql } from "drizzle-orm";
import type { VerificationFilter, VerificationPage } from "./search-verifications.ts";

/** A filter and the part of its list to read; `passed` is in `status` already. */
export type Search = Omit<VerificationFilter, "passed"> & VerificationPage;

const NEWEST_FIRST = sql`order by v.created_at desc, v.id desc`;

/** Ids of a page, through whichever index leads to the row or the person. */
export const pageById = (search: Search): SQL => sql`
  select v.id from verifications v
  where ${and(within(search), facetFits(search), detailFits(search), identityFits(search))}
  ${NEWEST_FIRST} limit ${search.limit}`;

/** Ids of a page, among so many of the newest rows. The limit stands beside the order: then the index is read no further. */
export const pageByWalk = (search: Search, rows: number): SQL => sql`
  select v.id from (
    select * from verifications v where ${within(search)} ${NEWEST_FIRST} limit ${rows}
  ) v
  where ${and(sql`true`, facetFits(search), detailFits(search))}
  ${NEWEST_FIRST} limit ${search.limit}`;

/**
 * Ids of a page: lists the facets that there are, each found by one step through the index behind the one before, then takes the
 * newest rows of each that fits.
 */
export function pageByFacets(search: Search): SQL {
  const scene = sceneFits(search) ?? sql`true`;
  const facet = sql`v.route, v.product, v.status, coalesce(v.sub_code, '')`;
  const step = (behind: SQL) => sql`
    select v.route, v.product, v.status, coalesce(v.sub_code, '') as sub_code from verifications v
    where ${and(scene, behind)} order by ${facet} limit 1`;
  return sql`
    with recursive facets as (
      (${step(sql`true`)})
      union all
      select next.* from facets f
        cross join lateral (${step(sql`(${facet}) > (f.route, f.product, f.status, f.sub_code)`)}) next
    )
    select page.id
    from (select * from facets v where ${and(sql`true`, facetFits(search))}) f cross join lateral (
      select v.created_at, v.id from verifications v
      where ${and(within(search), sql`(${facet}) = (f.route, f.product, f.status, f.sub_code)`, detailFits(search))}
      ${NEWEST_FIRST} limit ${search.limit}
    ) page
    order by page.created_at desc, page.id desc limit ${search.limit}`;
}

/** Ids of a page, from the discrepancies that are open: people close them, so there are not many. */
export const pageByDiscrepancy = (search: Search): SQL => sql`
  select v.id
  from (select distinct verification_id from discrepancies where closed_at is null) d
    cross join lateral (select * from verifications where id = d.verification_id limit 1) v
  where ${and(within(search), facetFits(search), sceneFits(search))}
  ${NEWEST_FIRST} limit ${search.limit}`;

function within({ from, to, after }: Search): SQL {
  const bounds = [sql`true`];
  if (from) bounds.push(sql`v.created_at >= ${from.toISOString()}::timestamptz`);
  if (to) bounds.push(sql`v.created_at < ${to.toISOString()}::timestamptz`);
  if (after)
    bounds.push(sql`(v.created_at, v.id) < (${after.createdAt.toISOString()}::timestamptz, ${after.id}::uuid)`);
  return sql.join(bounds, sql` and `);
}

const facetFits = ({ status, product, routes, subCode }: Search): SQL | undefined =>
  and(
    status && sql`v.status in ${[...status]}`,
    product && sql`v.product = ${product}`,
    routes && sql`v.route in ${[...routes]}`,
    subCode === undefined ? undefined : sql`v.sub_code = ${subCode}`,
  );

const detailFits = (search: Search): SQL | undefined => and(sceneFits(search), discrepancyFits(search));

const sceneFits = ({ sceneCode }: Search): SQL | undefined =>
  sceneCode === undefined ? undefined : sql`v.scene_code = ${sceneCode}`;

function discrepancyFits({ hasDiscrepancy }: Search): SQL | undefined {
  if (hasDiscrepancy === undefined) return undefined;
  const open = sql`exists (select from discrepancies d where d.verification_id = v.id and d.closed_at is null)`;
  return hasDiscrepancy ? open : sql`not ${open}`;
}

const identityFits = ({ transactionId, merchantBizId, merchantUserHash }: Search): SQL | undefined =>
  and(
    transactionId === undefined ? undefined : sql`v.transaction_id = ${transactionId}`,
    merchantBizId === undefined ? undefined : sql`v.merchant_biz_id = ${merchantBizId}`,
    merchantUserHash === undefined ? undefined : sql`v.merchant_user_hash = ${merchantUserHash}`,
  );

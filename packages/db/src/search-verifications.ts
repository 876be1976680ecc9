import type { Product, Status } from "@verdict/domain";
import { desc, type SQL } from "drizzle-orm";
import type { Db } from "./database.ts";
import { selectNamed } from "./load-named.ts";
import { verifications } from "./schema.ts";
import { pageByDiscrepancy, pageByFacets, pageById, pageByWalk } from "./search-pages.ts";
import type { Verification } from "./verifications.ts";

export type VerificationFilter = {
  status?: readonly Status[] | undefined;
  product?: Product | undefined;
  /** Those on one of these routes. */
  routes?: readonly string[] | undefined;
  subCode?: string | undefined;
  passed?: boolean | undefined;
  sceneCode?: string | undefined;
  transactionId?: string | undefined;
  merchantBizId?: string | undefined;
  merchantUserHash?: string | undefined;
  /** Created then or later. */
  from?: Date | undefined;
  /** Created before. */
  to?: Date | undefined;
  /** Whether a discrepancy of it is open. */
  hasDiscrepancy?: boolean | undefined;
};

/** The part of the list to read: at most `limit` rows, behind the row `after` if one is given. */
export type VerificationPage = { limit: number; after?: Pick<Verification, "createdAt" | "id"> | undefined };

/** So many of the newest rows are looked through before an index is asked for the rare ones. */
const WALK = 500;

/**
 * The verifications that fit, newest first. By creation rather than id: a session that was registered late stands where it belongs
 * in time. Both never change, so pages neither repeat a row nor pass one over, whatever is written in between.
 *
 * No search reads the table, whatever the filters and however rare what they ask for. An id leads to its row, a person to their
 * sessions. Of the rest, common things are found among the newest rows, in one index. Where these do not fill the page, the index
 * over facets (route, product, status, sub-code) is asked for the newest rows of every facet that fits: of these there are
 * few, however many rows. Scenes are what integrators make of them, perhaps many, so they have such an index of their own.
 */
export async function searchVerifications(
  db: Db,
  filter: VerificationFilter,
  page: VerificationPage,
  walk = WALK,
): Promise<Verification[]> {
  const search = { ...filter, ...page, status: statusesOf(filter) };
  if (search.status?.length === 0 || search.routes?.length === 0) return [];
  if (
    filter.transactionId !== undefined ||
    filter.merchantBizId !== undefined ||
    filter.merchantUserHash !== undefined
  ) {
    return load(db, pageById(search));
  }
  const narrow = NARROWING.some((name) => search[name] !== undefined);
  const near = await load(db, pageByWalk(search, narrow ? walk : page.limit));
  if (!narrow || near.length === page.limit) return near;
  return load(db, filter.hasDiscrepancy ? pageByDiscrepancy(search) : pageByFacets(search));
}

const NARROWING = ["status", "product", "routes", "subCode", "sceneCode", "hasDiscrepancy"] as const;

/** What a page query names, as it stands at that moment. */
const load = (db: Db, page: SQL): Promise<Verification[]> =>
  selectNamed(db, page).orderBy(desc(verifications.createdAt), desc(verifications.id));

/** A result goes with one status each; a constraint sees to it. */
function statusesOf({ status, passed }: VerificationFilter): readonly Status[] | undefined {
  if (passed === undefined) return status;
  const result = passed ? "passed" : "failed";
  return !status || status.includes(result) ? [result] : [];
}

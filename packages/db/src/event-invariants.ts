import { eventOnMove, STATUSES } from "@verdict/domain";
import type { Db } from "./database.ts";
import { type Found, findBroken } from "./find-broken.ts";
import { firstIdAt } from "./first-id-at.ts";
import type { Searched } from "./invariants.ts";

const TOLD = STATUSES.map((status) => ({ status, type: eventOnMove(status) })).filter(({ type }) => type !== null);

/**
 * Verifications of which a move or the end is in no event, or in one that is held back although nobody has to look at it any
 * more. What happened so long ago that its events may have been deleted is left out.
 */
export const findUntold = (db: Db, { since, limit }: Searched): Promise<Found> =>
  findBroken(
    db,
    limit,
    db.sql`
      with types as (
        select * from unnest(${TOLD.map(({ status }) => status)}::text[], ${TOLD.map(({ type }) => type)}::text[])
          as types(status, type)
      ), kept as (
        select coalesce(forgotten_before, '-infinity') as since from feed
      )
      select t.verification_id as id
      from transitions t
      join types on types.status = t.to_status
      join kept on t.at >= kept.since
      left join events e on e.subject_id = t.verification_id and e.version = t.version and e.type = types.type
      left join discrepancies d on d.id = e.held_by and d.closed_at is null
      where t.verification_id >= ${firstIdAt(since)}::uuid and (e.id is null or e.position is null and d.id is null)
      union
      select v.id
      from verifications v
      join types on types.status = v.status
      join kept on coalesce(v.confirmed_at, v.updated_at) >= kept.since
      where v.id >= ${firstIdAt(since)}::uuid and v.status not in ('initializing', 'awaiting', 'claimed')
        and not exists (select from events e where e.subject_id = v.id and e.type = types.type)`,
  );

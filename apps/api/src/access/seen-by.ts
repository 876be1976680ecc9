import { type Caller, reaches } from "@verdict/domain";

/** A record as a caller finds it: null when there is none, and just so when it belongs to a route that is not his. */
export const seenBy = <Row extends { route: string | null }>(caller: Caller, row: Row | null): Row | null =>
  row && reaches(caller, row.route) ? row : null;

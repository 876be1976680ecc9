-- A reader that has read everything stands behind the last event: by as many transactions as the old cluster had begun since then,
-- which nobody knows here. So the feed goes on far behind that, or whoever comes back after a restore would miss what is written first.
CREATE OR REPLACE FUNCTION "keep_feed_growing"() RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	next_xid CONSTANT bigint := pg_snapshot_xmax(pg_current_snapshot())::text::bigint;
	leap CONSTANT bigint := 1::bigint << 40;
BEGIN
	IF (SELECT coalesce(max(position), 0) FROM events) < next_xid + (SELECT lead FROM feed) THEN
		RETURN false;
	END IF;
	LOCK TABLE events IN EXCLUSIVE MODE;
	UPDATE feed SET lead = greatest(lead,
		(SELECT max(position) FROM events) + leap - pg_snapshot_xmin(pg_current_snapshot())::text::bigint);
	RETURN true;
END;
$$;

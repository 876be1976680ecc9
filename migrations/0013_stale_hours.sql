-- Lists the hours whose counts a statement has changed, whoever runs it. What occurs once among the rows before and after it has
-- changed, come or gone; leases and the like change nothing that is counted. The rows are grouped rather than joined: joining would
-- be planned without knowing how many there are.
CREATE FUNCTION "note_stale_hours"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	CASE TG_OP
	WHEN 'INSERT' THEN
		INSERT INTO stale_hours (hour) SELECT DISTINCT date_trunc('hour', created_at, 'UTC') FROM new_rows;
	WHEN 'DELETE' THEN
		INSERT INTO stale_hours (hour) SELECT DISTINCT date_trunc('hour', created_at, 'UTC') FROM old_rows;
	WHEN 'UPDATE' THEN
		INSERT INTO stale_hours (hour)
		SELECT DISTINCT date_trunc('hour', created_at, 'UTC')
		FROM (
			SELECT id, created_at FROM (
				SELECT id, created_at, route, product, scene_code, status, sub_code, outcome_source, claimed_at, confirmed_at, walk_away
				FROM old_rows
				UNION ALL
				SELECT id, created_at, route, product, scene_code, status, sub_code, outcome_source, claimed_at, confirmed_at, walk_away
				FROM new_rows
			) AS both_rows
			GROUP BY id, created_at, route, product, scene_code, status, sub_code, outcome_source, claimed_at, confirmed_at, walk_away
			HAVING count(*) = 1
		) AS changed;
	END CASE;
	RETURN NULL;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER "verifications_inserted_hours" AFTER INSERT ON "verifications"
	REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION note_stale_hours();
--> statement-breakpoint
CREATE TRIGGER "verifications_updated_hours" AFTER UPDATE ON "verifications"
	REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION note_stale_hours();
--> statement-breakpoint
CREATE TRIGGER "verifications_deleted_hours" AFTER DELETE ON "verifications"
	REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION note_stale_hours();
--> statement-breakpoint
-- What there was before is to be counted as well.
INSERT INTO "stale_hours" ("hour") SELECT DISTINCT date_trunc('hour', created_at, 'UTC') FROM verifications;

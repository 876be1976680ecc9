-- Events are partitioned by the ISO week (UTC) in which their ids were made, which begin with that time. What is too old goes by whole weeks.
--
-- The table there was becomes the first partition, from the beginning of time to the Monday after its last event. No row is copied or
-- written. While it is read through once, to see that each lies within these bounds, nobody else reads or writes events: seconds for
-- millions of them. Rights on events that others than verdict_app were given by hand have to be given again.
--
-- (subject_id, version) cannot be unique across partitions; it still is within each. That nothing is told twice never rested on it:
-- an event is written by the statement that does what it tells, and that is refused or changes nothing when it is done again. A move is a
-- row of transitions with the primary key (verification_id, version). A discrepancy is inserted once by its id (version 1) and closed
-- where closed_at is null (2). An alert is inserted once (1), acknowledged where it is open (2), resolved where it is not (3), each
-- under the lock of its row, and none of these goes back.

-- A partition names the table it is part of.
CREATE OR REPLACE FUNCTION "refuse_rewriting"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP <> 'UPDATE' AND current_setting('verdict.erasing', true) = 'on' THEN
		RETURN NULL;
	END IF;
	RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
		USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME,
			CONSTRAINT = coalesce(TG_ARGV[0], TG_TABLE_NAME) || '_append_only';
END;
$$;
--> statement-breakpoint
-- The lowest id that can have been made at that moment, and the moment, to the millisecond, at which one was made.
CREATE FUNCTION "lowest_id_at"("at" timestamptz) RETURNS uuid LANGUAGE sql STABLE AS $$
	SELECT (lpad(to_hex(floor(extract(epoch FROM at) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
$$;
--> statement-breakpoint
CREATE FUNCTION "id_made_at"("id" uuid) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS $$
	SELECT to_timestamp(('x' || left(replace(id::text, '-', ''), 12))::bit(48)::bigint / 1000.0)
$$;
--> statement-breakpoint
DO $$
DECLARE
	-- A clock that was set back must leave no event outside.
	latest CONSTANT timestamptz := greatest(clock_timestamp(), (SELECT id_made_at(id) FROM events ORDER BY id DESC LIMIT 1));
	ends CONSTANT timestamptz := date_trunc('week', latest, 'UTC') + interval '168 hours';
	first CONSTANT text := 'events_before_' || to_char(ends AT TIME ZONE 'UTC', 'IYYY"_w"IW');
BEGIN
	DROP TRIGGER events_never_change ON events;
	DROP TRIGGER events_stay ON events;
	EXECUTE format('ALTER TABLE events RENAME TO %I', first);
	EXECUTE format('ALTER INDEX events_pkey RENAME TO %I', first || '_pkey');
	EXECUTE format('ALTER INDEX events_subject_id_version_unique RENAME TO %I', first || '_subject_id_version_unique');
	EXECUTE format('ALTER INDEX events_feed_index RENAME TO %I', first || '_feed_index');
	EXECUTE format('ALTER INDEX events_held_by_index RENAME TO %I', first || '_held_by_index');
	EXECUTE format('ALTER INDEX events_verification_id_index RENAME TO %I', first || '_verification_id_index');
	EXECUTE format('CREATE TABLE events (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS) PARTITION BY RANGE (id)', first);
	ALTER TABLE events ADD CONSTRAINT events_pkey PRIMARY KEY (id);
	CREATE INDEX events_feed_index ON events (position, id);
	CREATE INDEX events_held_by_index ON events (held_by) WHERE position IS NULL;
	CREATE INDEX events_verification_id_index ON events (verification_id) WHERE verification_id <> subject_id;
	EXECUTE format('ALTER TABLE events ATTACH PARTITION %I FOR VALUES FROM (MINVALUE) TO (%L)', first, lowest_id_at(ends));
	EXECUTE format('CREATE TRIGGER events_stay BEFORE DELETE OR TRUNCATE ON %I FOR EACH STATEMENT
		EXECUTE FUNCTION refuse_rewriting(''events'')', first);
	IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'verdict_app') THEN
		EXECUTE format('REVOKE ALL ON %I FROM verdict_app', first);
	END IF;
END;
$$;
--> statement-breakpoint
-- As before. On each row also of partitions that are made later.
CREATE TRIGGER "events_never_change" BEFORE UPDATE ON "events" FOR EACH ROW
	WHEN (OLD.* *<> NEW.* AND (OLD.position IS NOT NULL
		OR (OLD.id, OLD.type, OLD.route, OLD.subject_id, OLD.version, OLD.verification_id, OLD.at, OLD.data)
			IS DISTINCT FROM (NEW.id, NEW.type, NEW.route, NEW.subject_id, NEW.version, NEW.verification_id, NEW.at, NEW.data)))
	EXECUTE FUNCTION refuse_rewriting('events');
--> statement-breakpoint
-- Of events as a whole. A partition has one of its own, for those who name it.
CREATE TRIGGER "events_stay" BEFORE DELETE OR TRUNCATE ON "events" FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting('events');
--> statement-breakpoint
DO $$
BEGIN
	IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'verdict_app') THEN
		REVOKE ALL ON events FROM verdict_app;
		GRANT SELECT, INSERT, DELETE, UPDATE (position, held_by) ON events TO verdict_app;
	END IF;
END;
$$;
--> statement-breakpoint
-- The partitions there are, each with the ids it is for: from one, and below another. The first one begins with all ids; the one for what
-- belongs to no other has neither.
CREATE FUNCTION "event_partitions"() RETURNS TABLE ("name" text, "since" uuid, "until" uuid) LANGUAGE sql STABLE AS $$
	SELECT c.relname::text, substring(bounds FROM 'FROM \(''([0-9a-f-]+)''\)')::uuid, substring(bounds FROM 'TO \(''([0-9a-f-]+)''\)')::uuid
	FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid CROSS JOIN LATERAL pg_get_expr(c.relpartbound, c.oid) AS bounds
	WHERE i.inhparent = 'public.events'::regclass
$$;
--> statement-breakpoint
-- Makes a table like events that nobody but its owner may touch, except through events. Attaching it is left to the caller.
CREATE FUNCTION "make_event_table"("name" text) RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
	EXECUTE format('CREATE TABLE %I (LIKE events INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING INDEXES)', name);
	EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I UNIQUE (subject_id, version)', name, name || '_subject_id_version_unique');
	EXECUTE format('CREATE TRIGGER events_stay BEFORE DELETE OR TRUNCATE ON %I FOR EACH STATEMENT
		EXECUTE FUNCTION refuse_rewriting(''events'')', name);
	IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'verdict_app') THEN
		EXECUTE format('REVOKE ALL ON %I FROM verdict_app', name);
	END IF;
END;
$$;
--> statement-breakpoint
-- Makes the partition of the week that begins then, unless there is one, or the default already holds events of that week: these stay there,
-- and so do all others of it. Attaching waits for those who read the default, and keeps nobody from writing.
CREATE FUNCTION "create_event_partition"("week" timestamptz) RETURNS boolean LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
	name CONSTANT text := 'events_' || to_char(week AT TIME ZONE 'UTC', 'IYYY"_w"IW');
	lowest CONSTANT uuid := lowest_id_at(week);
	above CONSTANT uuid := lowest_id_at(week + interval '168 hours');
BEGIN
	IF week <> date_trunc('week', week, 'UTC') THEN
		RAISE EXCEPTION 'a week begins on Monday at 00:00 UTC' USING ERRCODE = 'invalid_parameter_value';
	END IF;
	IF EXISTS (SELECT FROM event_partitions() p WHERE coalesce(p.since <= lowest, true) AND p.until > lowest)
	OR EXISTS (SELECT FROM events_default WHERE id >= lowest AND id < above) THEN
		RETURN false;
	END IF;
	PERFORM make_event_table(name);
	EXECUTE format('ALTER TABLE events ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', name, lowest, above);
	RETURN true;
END;
$$;
--> statement-breakpoint
-- Makes the partitions of this week and of so many weeks after it that are missing; returns how many. Any number may call it at once. Fails
-- with lock_not_available rather than have readers queue behind it: then it is tried again later.
CREATE FUNCTION "create_event_partitions"("weeks_ahead" int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '60s' AS $$
DECLARE
	made int := 0;
	week timestamptz;
BEGIN
	IF weeks_ahead NOT BETWEEN 0 AND 52 THEN
		RAISE EXCEPTION 'between 0 and 52 weeks ahead' USING ERRCODE = 'invalid_parameter_value';
	END IF;
	PERFORM pg_advisory_xact_lock(7415620136);
	PERFORM set_config('lock_timeout', '300ms', true);
	FOR number IN 0 .. weeks_ahead LOOP
		week := date_trunc('week', clock_timestamp(), 'UTC') + number * interval '168 hours';
		IF create_event_partition(week) THEN
			made := made + 1;
		END IF;
	END LOOP;
	RETURN made;
END;
$$;
--> statement-breakpoint
-- Weeks that are over, of which every event happened before then and is told, and nothing else is told before the last of them that is
-- younger. What is held back keeps its week, and so does what was told so late that it stands among younger ones. Reads such a week
-- through; of the others a row or two.
CREATE FUNCTION "old_event_partitions"("before" timestamptz)
RETURNS TABLE ("name" text, "since" uuid, "until" uuid, "events" bigint, "last_position" bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	horizon CONSTANT bigint := feed_horizon();
	ended CONSTANT uuid := lowest_id_at(least(before, clock_timestamp()));
	first_young bigint;
	candidates jsonb := '[]';
	part record;
	newest record;
	whole record;
BEGIN
	FOR part IN SELECT * FROM event_partitions() p WHERE p.until <= ended ORDER BY p.until LOOP
		EXECUTE format('SELECT position, at FROM %I ORDER BY position DESC, id DESC LIMIT 1', part.name) INTO newest;
		CONTINUE WHEN newest.at IS NOT NULL AND (newest.position IS NULL OR newest.position >= horizon OR newest.at >= before);
		EXECUTE format('SELECT count(*) AS events, max(position) AS last, coalesce(bool_and(at < $1), true) AS old FROM %I', part.name)
			INTO whole USING before;
		CONTINUE WHEN NOT whole.old;
		candidates := candidates || jsonb_build_object('name', part.name, 'since', part.since, 'until', part.until,
			'events', whole.events, 'last_position', whole.last);
	END LOOP;
	IF candidates = '[]' THEN
		RETURN;
	END IF;
	FOR part IN
		SELECT * FROM event_partitions() p
		WHERE p.name NOT IN (SELECT c->>'name' FROM jsonb_array_elements(candidates) AS c)
	LOOP
		EXECUTE format('SELECT position FROM %I WHERE position IS NOT NULL AND at >= $1 ORDER BY position, id LIMIT 1', part.name)
			INTO newest USING before;
		first_young := least(first_young, newest.position);
	END LOOP;
	RETURN QUERY
		SELECT c.* FROM jsonb_to_recordset(candidates) AS c(name text, since uuid, until uuid, events bigint, last_position bigint)
		WHERE coalesce(c.last_position < first_young, true);
END;
$$;
--> statement-breakpoint
-- Drops these weeks, with what is left of the deliveries of their events, and remembers how far the feed is gone. Returns how many events
-- there were. Whoever writes or reads events waits while it has its lock, for some milliseconds; it waits for them a third of a second at
-- most, then fails with lock_not_available and is tried again later.
CREATE FUNCTION "drop_event_partitions"("before" timestamptz) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '5s' AS $$
DECLARE
	horizon bigint;
	old jsonb;
	part record;
	changed boolean;
	gone bigint := 0;
BEGIN
	-- One at a time, and none while somebody forgets events one by one, or some would be counted twice. No row is locked before all has been
	-- looked at: that takes a transaction id, and the feed would stand still until we are done.
	PERFORM pg_advisory_xact_lock(7415620137);
	horizon := feed_horizon();
	SELECT jsonb_agg(o) INTO old FROM old_event_partitions(before) AS o;
	IF old IS NULL THEN
		RETURN 0;
	END IF;
	-- An autovacuum gives way after a second; it must not while everybody else waits behind us.
	FOR part IN SELECT * FROM jsonb_to_recordset(old) AS o(name text) LOOP
		EXECUTE format('LOCK TABLE %I IN SHARE UPDATE EXCLUSIVE MODE', part.name);
	END LOOP;
	PERFORM set_config('lock_timeout', '300ms', true);
	LOCK TABLE ONLY events IN ACCESS EXCLUSIVE MODE;
	FOR part IN
		SELECT * FROM jsonb_to_recordset(old) AS o(name text, since uuid, until uuid, events bigint, last_position bigint)
	LOOP
		-- What has been written or told since it was looked at stands behind the horizon of that moment.
		EXECUTE format('SELECT EXISTS (SELECT FROM %1$I WHERE position IS NULL) OR EXISTS (SELECT FROM %1$I WHERE position >= $1)', part.name)
			INTO changed USING horizon;
		CONTINUE WHEN changed;
		EXECUTE format('DROP TABLE %I', part.name);
		WITH undelivered AS (
			DELETE FROM deliveries
			WHERE event_id >= coalesce(part.since, '00000000-0000-0000-0000-000000000000') AND event_id < part.until RETURNING id
		)
		DELETE FROM delivery_attempts WHERE delivery_id IN (SELECT id FROM undelivered);
		IF part.events > 0 THEN
			UPDATE feed SET forgotten_position = greatest(forgotten_position, part.last_position + 1),
				forgotten_before = greatest(forgotten_before, before);
			gone := gone + part.events;
		END IF;
	END LOOP;
	RETURN gone;
END;
$$;
--> statement-breakpoint
-- For what belongs to no week that there is, so that no event can ever fail to be written.
SELECT make_event_table('events_default');
--> statement-breakpoint
ALTER TABLE "events" ATTACH PARTITION "events_default" DEFAULT;
--> statement-breakpoint
REVOKE ALL ON FUNCTION "make_event_table"(text), "create_event_partition"(timestamptz), "create_event_partitions"(int),
	"old_event_partitions"(timestamptz), "drop_event_partitions"(timestamptz) FROM PUBLIC;
--> statement-breakpoint
DO $$
BEGIN
	IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'verdict_app') THEN
		-- To count what is in it. Through events that would read all of them.
		GRANT SELECT ON events_default TO verdict_app;
		GRANT EXECUTE ON FUNCTION create_event_partitions(int), old_event_partitions(timestamptz), drop_event_partitions(timestamptz)
			TO verdict_app;
	END IF;
END;
$$;
--> statement-breakpoint
SELECT create_event_partitions(4);

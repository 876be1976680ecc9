CREATE TABLE "events" (
	"id" uuid PRIMARY KEY NOT NULL,
	"type" text NOT NULL,
	"route" text NOT NULL,
	"subject_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"verification_id" uuid,
	"at" timestamp with time zone NOT NULL,
	"data" jsonb NOT NULL,
	"position" bigint,
	"held_by" uuid,
	CONSTRAINT "events_subject_id_version_unique" UNIQUE("subject_id","version"),
	CONSTRAINT "events_type_check" CHECK (type in ('verification.started', 'verification.claimed', 'verification.passed', 'verification.failed', 'verification.expired', 'verification.init_failed', 'verification.unresolvable', 'verification.voided', 'discrepancy.opened', 'discrepancy.closed', 'alert.opened', 'alert.acknowledged', 'alert.resolved')),
	CONSTRAINT "events_held_check" CHECK (position is not null or held_by is not null)
);
--> statement-breakpoint
CREATE TABLE "feed" (
	"sole" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"lead" bigint DEFAULT 0 NOT NULL,
	"forgotten_position" bigint DEFAULT 0 NOT NULL,
	"forgotten_before" timestamp with time zone,
	CONSTRAINT "feed_sole_check" CHECK (sole)
);
--> statement-breakpoint
CREATE INDEX "events_feed_index" ON "events" USING btree ("position","id");--> statement-breakpoint
CREATE INDEX "events_held_by_index" ON "events" USING btree ("held_by") WHERE position is null;--> statement-breakpoint
CREATE INDEX "events_verification_id_index" ON "events" USING btree ("verification_id") WHERE verification_id <> subject_id;--> statement-breakpoint
INSERT INTO "feed" DEFAULT VALUES;
--> statement-breakpoint
-- Ids that grow with time, down to the microsecond: events of one transaction are told in the order they were written.
DO $$
BEGIN
	IF current_setting('server_version_num')::int >= 180000 THEN
		EXECUTE 'CREATE FUNCTION new_event_id() RETURNS uuid LANGUAGE sql VOLATILE AS ''SELECT uuidv7()''';
	ELSE
		CREATE FUNCTION new_event_id() RETURNS uuid LANGUAGE sql VOLATILE AS $body$
			SELECT encode(
				substring(int8send(us / 1000) FROM 3)
				|| substring(int4send(7 << 12 | (us % 1000 * 4096 / 1000)::int) FROM 3)
				|| substring(uuid_send(gen_random_uuid()) FROM 9),
				'hex')::uuid
			FROM (SELECT floor(extract(epoch FROM clock_timestamp()) * 1000000)::bigint) AS clock(us)
		$body$;
	END IF;
END;
$$;
--> statement-breakpoint
-- Where in the feed an event belongs that is written now. All events of a transaction share it.
CREATE FUNCTION "feed_position"() RETURNS bigint LANGUAGE sql STABLE AS $$
	SELECT pg_current_xact_id()::text::bigint + lead FROM feed
$$;
--> statement-breakpoint
-- Below it every event that there will ever be is visible to the statement that asks: all transactions with lower ids are over.
CREATE FUNCTION "feed_horizon"() RETURNS bigint LANGUAGE sql STABLE AS $$
	SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint + lead FROM feed
$$;
--> statement-breakpoint
-- Sees to it that new positions are higher than all there are, also when a dump was restored where transaction ids are lower.
-- True: they would not have been. Waits for whoever is writing events, since these count with the lead that they have read.
CREATE FUNCTION "keep_feed_growing"() RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	next_xid CONSTANT bigint := pg_snapshot_xmax(pg_current_snapshot())::text::bigint;
BEGIN
	IF (SELECT coalesce(max(position), 0) FROM events) < next_xid + (SELECT lead FROM feed) THEN
		RETURN false;
	END IF;
	LOCK TABLE events IN EXCLUSIVE MODE;
	UPDATE feed SET lead = greatest(lead,
		(SELECT max(position) FROM events) + 1 - pg_snapshot_xmin(pg_current_snapshot())::text::bigint);
	RETURN true;
END;
$$;
--> statement-breakpoint
-- One that is held back is told once, or held by another discrepancy. Nothing else about an event ever changes.
CREATE TRIGGER "events_never_change" BEFORE UPDATE ON "events" FOR EACH ROW
	WHEN (OLD.* *<> NEW.* AND (OLD.position IS NOT NULL
		OR (OLD.id, OLD.type, OLD.route, OLD.subject_id, OLD.version, OLD.verification_id, OLD.at, OLD.data)
			IS DISTINCT FROM (NEW.id, NEW.type, NEW.route, NEW.subject_id, NEW.version, NEW.verification_id, NEW.at, NEW.data)))
	EXECUTE FUNCTION refuse_rewriting();
--> statement-breakpoint
CREATE TRIGGER "events_stay" BEFORE DELETE OR TRUNCATE ON "events" FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting();
--> statement-breakpoint
-- The application may delete events for their age, and says so. Only who migrates may raise the lead.
DO $$
BEGIN
	IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'verdict_app') THEN
		RETURN;
	END IF;
	REVOKE UPDATE ON events FROM verdict_app;
	GRANT SELECT, INSERT, DELETE, UPDATE (position, held_by) ON events TO verdict_app;
	REVOKE INSERT, UPDATE, DELETE ON feed FROM verdict_app;
	GRANT SELECT, UPDATE (forgotten_position, forgotten_before) ON feed TO verdict_app;
END;
$$;
--> statement-breakpoint
-- What happened before there were events is told as well, each move with what is known of its verification now.
INSERT INTO "events" ("id", "type", "route", "subject_id", "version", "verification_id", "at", "data", "position", "held_by")
SELECT new_event_id(), 'verification.' || CASE moves.to_status WHEN 'awaiting' THEN 'started' ELSE moves.to_status END,
	v.route, v.id, moves.version, v.id, moves.at,
	jsonb_build_object('status', moves.to_status, 'product', v.product, 'merchantBizId', v.merchant_biz_id,
		'sceneCode', v.scene_code, 'transactionId', v.transaction_id, 'cause', moves.cause,
		'claim', CASE WHEN v.claim_passed IS NOT NULL AND moves.to_status <> 'awaiting'
			THEN jsonb_build_object('passed', v.claim_passed, 'subCode', v.claim_sub_code) END,
		'passed', CASE WHEN moves.to_status IN ('passed', 'failed') THEN v.passed END,
		'subCode', CASE WHEN moves.to_status IN ('passed', 'failed') THEN v.sub_code END,
		'outcomeSource', CASE WHEN moves.to_status NOT IN ('awaiting', 'claimed') THEN v.outcome_source END,
		'walkAway', CASE WHEN moves.to_status = 'expired' THEN v.walk_away END,
		'errorCode', CASE WHEN moves.to_status = 'init_failed' THEN v.error_code END),
	CASE WHEN doubt.id IS NULL THEN feed_position() END, doubt.id
FROM (SELECT * FROM transitions ORDER BY at, version) AS moves
JOIN verifications v ON v.id = moves.verification_id
LEFT JOIN LATERAL (
	SELECT d.id FROM discrepancies d
	WHERE d.verification_id = v.id AND d.closed_at IS NULL AND d.type IN ('claim_contradicted', 'result_changed')
		AND moves.to_status IN ('passed', 'failed', 'expired', 'init_failed', 'unresolvable')
	ORDER BY d.id LIMIT 1
) AS doubt ON true;
--> statement-breakpoint
INSERT INTO "events" ("id", "type", "route", "subject_id", "version", "verification_id", "at", "data", "position")
SELECT new_event_id(), 'discrepancy.' || CASE version WHEN 1 THEN 'opened' ELSE 'closed' END, route, id, version,
	verification_id, at,
	jsonb_build_object('status', CASE version WHEN 1 THEN 'open' ELSE 'closed' END, 'discrepancy', type,
		'openedAt', to_char(opened_at AT TIME ZONE 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')),
	feed_position()
FROM (
	SELECT *, 1 AS version, opened_at AS at FROM discrepancies
	UNION ALL SELECT *, 2, closed_at FROM discrepancies WHERE closed_at IS NOT NULL
	ORDER BY at, version
) AS steps;
--> statement-breakpoint
INSERT INTO "events" ("id", "type", "route", "subject_id", "version", "verification_id", "at", "data", "position")
SELECT new_event_id(), 'alert.' || step, route, id, version, verification_id, at,
	jsonb_build_object('status', CASE version WHEN 1 THEN 'open' ELSE step END, 'rule', rule, 'severity', severity,
		'detail', detail, 'discrepancyId', discrepancy_id,
		'openedAt', to_char(opened_at AT TIME ZONE 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')),
	feed_position()
FROM (
	SELECT *, 'opened' AS step, 1 AS version, opened_at AS at FROM alerts
	UNION ALL SELECT *, 'acknowledged', 2, acknowledged_at FROM alerts WHERE acknowledged_at IS NOT NULL
	UNION ALL SELECT *, 'resolved', 3, resolved_at FROM alerts WHERE resolved_at IS NOT NULL
	ORDER BY at, version
) AS steps;

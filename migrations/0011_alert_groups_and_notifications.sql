CREATE TABLE "alert_groups" (
	"id" uuid PRIMARY KEY NOT NULL,
	"key" text NOT NULL,
	"rule" text NOT NULL,
	"route" text NOT NULL,
	"severity" text NOT NULL,
	"count" integer DEFAULT 0 NOT NULL,
	"confirmed" integer DEFAULT 0 NOT NULL,
	"open" integer DEFAULT 0 NOT NULL,
	"unacknowledged" integer DEFAULT 0 NOT NULL,
	"opened_at" timestamp with time zone NOT NULL,
	"last_at" timestamp with time zone NOT NULL,
	"closed_at" timestamp with time zone,
	"due_at" timestamp with time zone,
	CONSTRAINT "alert_groups_severity_check" CHECK (severity in ('critical', 'warning')),
	CONSTRAINT "alert_groups_counts_check" CHECK (open between 0 and count and unacknowledged between 0 and open)
);
--> statement-breakpoint
CREATE TABLE "channels" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"config" jsonb NOT NULL,
	"secrets" text NOT NULL,
	"severities" text[] NOT NULL,
	"routes" text[],
	"step" integer DEFAULT 0 NOT NULL,
	"enabled" boolean DEFAULT true NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "channels_name_unique" UNIQUE("name"),
	CONSTRAINT "channels_step_check" CHECK (step between 0 and 9),
	CONSTRAINT "channels_severities_check" CHECK (severities <@ array['critical', 'warning'] and severities <> '{}')
);
--> statement-breakpoint
CREATE TABLE "duties" (
	"name" text PRIMARY KEY NOT NULL,
	"holder" uuid NOT NULL,
	"held_until" timestamp with time zone NOT NULL,
	"done_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "notifications" (
	"id" uuid PRIMARY KEY NOT NULL,
	"group_id" uuid NOT NULL,
	"channel_id" uuid NOT NULL,
	"channel_name" text NOT NULL,
	"kind" text NOT NULL,
	"state" text NOT NULL,
	"count" integer NOT NULL,
	"confirmed" integer NOT NULL,
	"held_by" uuid,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_attempt_at" timestamp with time zone,
	"last_error" text,
	"created_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone,
	CONSTRAINT "notifications_kind_check" CHECK (kind in ('firing', 'update', 'repeat', 'resolved')),
	CONSTRAINT "notifications_state_check" CHECK (state in ('pending', 'sent', 'dead', 'silenced', 'inhibited')),
	CONSTRAINT "notifications_pending_check" CHECK ((state = 'pending') = (next_attempt_at is not null))
);
--> statement-breakpoint
CREATE TABLE "silences" (
	"id" uuid PRIMARY KEY NOT NULL,
	"rule" text,
	"route" text,
	"severity" text,
	"reason" text NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"starts_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"ended_by" text,
	CONSTRAINT "silences_severity_check" CHECK (severity in ('critical', 'warning')),
	CONSTRAINT "silences_span_check" CHECK (starts_at <= expires_at)
);
--> statement-breakpoint
DROP INDEX "alerts_ongoing_unique";--> statement-breakpoint
ALTER TABLE "alerts" ADD COLUMN "subject" text;--> statement-breakpoint
ALTER TABLE "alerts" ADD COLUMN "confirmation" text;--> statement-breakpoint
ALTER TABLE "alerts" ADD COLUMN "group_key" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "alerts" ADD COLUMN "group_id" uuid;--> statement-breakpoint
ALTER TABLE "verifications" ADD COLUMN "security_level" text;--> statement-breakpoint
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_group_id_alert_groups_id_fk" FOREIGN KEY ("group_id") REFERENCES "public"."alert_groups"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "alert_groups_open_unique" ON "alert_groups" USING btree ("key") WHERE closed_at is null;--> statement-breakpoint
CREATE INDEX "alert_groups_due_at_index" ON "alert_groups" USING btree ("due_at") WHERE due_at is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "notifications_pending_unique" ON "notifications" USING btree ("group_id","channel_id") WHERE state = 'pending';--> statement-breakpoint
CREATE INDEX "notifications_next_attempt_at_index" ON "notifications" USING btree ("next_attempt_at") WHERE state = 'pending';--> statement-breakpoint
CREATE INDEX "notifications_group_id_index" ON "notifications" USING btree ("group_id","created_at");--> statement-breakpoint
CREATE INDEX "silences_expires_at_index" ON "silences" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "alerts_group_id_index" ON "alerts" USING btree ("group_id");--> statement-breakpoint
CREATE INDEX "alerts_ongoing_index" ON "alerts" USING btree ("rule") WHERE status <> 'resolved';--> statement-breakpoint
CREATE INDEX "verifications_confirmed_at_index" ON "verifications" USING btree ("route","confirmed_at") WHERE "verifications"."status" in ('passed', 'failed');--> statement-breakpoint
CREATE UNIQUE INDEX "alerts_ongoing_unique" ON "alerts" USING btree ("rule","route",coalesce(verification_id::text, ''),coalesce(subject, '')) WHERE discrepancy_id is null and status <> 'resolved';--> statement-breakpoint
ALTER TABLE "alerts" ADD CONSTRAINT "alerts_confirmation_check" CHECK (confirmation in ('unconfirmed', 'confirmed', 'contradicted'));--> statement-breakpoint
-- The group of a new alert: the open one of its key. Held until the end of the transaction, so that nobody closes it meanwhile.
CREATE FUNCTION "find_alert_group"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NEW.group_key = '' THEN
		NEW.group_key := NEW.rule || '/' || NEW.route;
	END IF;
	LOOP
		SELECT id INTO NEW.group_id FROM alert_groups WHERE key = NEW.group_key AND closed_at IS NULL FOR NO KEY UPDATE;
		EXIT WHEN FOUND;
		INSERT INTO alert_groups (id, key, rule, route, severity, opened_at, last_at)
		VALUES (gen_random_uuid(), NEW.group_key, NEW.rule, NEW.route, NEW.severity, NEW.opened_at, NEW.opened_at)
		ON CONFLICT (key) WHERE closed_at IS NULL DO NOTHING;
	END LOOP;
	RETURN NEW;
END;
$$;
--> statement-breakpoint
-- Whatever statement raises an alert also commits that somebody has to be told: its group is due, and the notifier rung.
CREATE FUNCTION "count_raised_alerts"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	UPDATE alert_groups g SET
		count = g.count + a.count, confirmed = g.confirmed + a.confirmed, open = g.open + a.open,
		unacknowledged = g.unacknowledged + a.unacknowledged,
		severity = CASE WHEN a.critical THEN 'critical' ELSE g.severity END,
		last_at = greatest(g.last_at, a.last_at), due_at = least(g.due_at, a.first_at)
	FROM (
		SELECT group_id, count(*) AS count, count(*) FILTER (WHERE confirmation = 'confirmed') AS confirmed,
			count(*) FILTER (WHERE status <> 'resolved') AS open, count(*) FILTER (WHERE status = 'open') AS unacknowledged,
			bool_or(severity = 'critical') AS critical, min(opened_at) AS first_at, max(opened_at) AS last_at
		FROM added GROUP BY group_id
	) AS a
	WHERE g.id = a.group_id;
	IF FOUND THEN
		PERFORM pg_notify('alerts_changed', '');
	END IF;
	RETURN NULL;
END;
$$;
--> statement-breakpoint
-- The same when alerts are acknowledged, resolved or confirmed. A group is over with the last of its alerts.
CREATE FUNCTION "count_moved_alerts"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM FROM alert_groups WHERE id IN (SELECT group_id FROM after) ORDER BY key FOR NO KEY UPDATE;
	UPDATE alert_groups g SET
		confirmed = g.confirmed + a.confirmed, open = g.open + a.open, unacknowledged = g.unacknowledged + a.unacknowledged,
		closed_at = CASE WHEN g.open + a.open = 0 THEN a.moved_at END, due_at = least(g.due_at, a.moved_at)
	FROM (
		SELECT n.group_id,
			sum((n.confirmation IS NOT DISTINCT FROM 'confirmed')::int - (o.confirmation IS NOT DISTINCT FROM 'confirmed')::int)
				AS confirmed,
			sum((n.status <> 'resolved')::int - (o.status <> 'resolved')::int) AS open,
			sum((n.status = 'open')::int - (o.status = 'open')::int) AS unacknowledged,
			max(coalesce(n.resolved_at, n.acknowledged_at, n.opened_at)) AS moved_at
		FROM after n JOIN before o ON o.id = n.id
		WHERE (n.status, n.confirmation) IS DISTINCT FROM (o.status, o.confirmation)
		GROUP BY n.group_id
	) AS a
	WHERE g.id = a.group_id;
	IF FOUND THEN
		PERFORM pg_notify('alerts_changed', '');
	END IF;
	RETURN NULL;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER "alerts_find_group" BEFORE INSERT ON "alerts" FOR EACH ROW EXECUTE FUNCTION find_alert_group();
--> statement-breakpoint
-- Alerts that are open already are told like new ones.
INSERT INTO "alert_groups" ("id", "key", "rule", "route", "severity", "count", "open", "unacknowledged", "opened_at", "last_at", "due_at")
SELECT gen_random_uuid(), rule || '/' || route, rule, route, min(severity), count(*), count(*),
	count(*) FILTER (WHERE status = 'open'), min(opened_at), max(opened_at), min(opened_at)
FROM "alerts" WHERE status <> 'resolved' GROUP BY rule, route;
--> statement-breakpoint
UPDATE "alerts" a SET group_key = a.rule || '/' || a.route, group_id = g.id
FROM "alert_groups" g WHERE g.key = a.rule || '/' || a.route AND a.status <> 'resolved';
--> statement-breakpoint
CREATE TRIGGER "alerts_count_raised" AFTER INSERT ON "alerts" REFERENCING NEW TABLE AS added
	FOR EACH STATEMENT EXECUTE FUNCTION count_raised_alerts();
--> statement-breakpoint
CREATE TRIGGER "alerts_count_moved" AFTER UPDATE ON "alerts" REFERENCING OLD TABLE AS before NEW TABLE AS after
	FOR EACH STATEMENT EXECUTE FUNCTION count_moved_alerts();

CREATE TABLE "deliveries" (
	"id" uuid PRIMARY KEY NOT NULL,
	"endpoint_id" uuid NOT NULL,
	"event_id" uuid NOT NULL,
	"type" text NOT NULL,
	"route" text NOT NULL,
	"state" text NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_attempt_at" timestamp with time zone,
	"lease" uuid,
	"last_status" integer,
	"last_error" text,
	"created_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone,
	CONSTRAINT "deliveries_event_unique" UNIQUE("event_id","endpoint_id"),
	CONSTRAINT "deliveries_state_check" CHECK (state in ('pending', 'delivered', 'given_up')),
	CONSTRAINT "deliveries_pending_check" CHECK ((state = 'pending') = (next_attempt_at is not null)),
	CONSTRAINT "deliveries_ended_check" CHECK ((state = 'pending') = (ended_at is null))
);
--> statement-breakpoint
CREATE TABLE "delivery_attempts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"delivery_id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"duration_ms" integer NOT NULL,
	"outcome" text NOT NULL,
	"status" integer,
	"error" text,
	"body" text NOT NULL,
	CONSTRAINT "delivery_attempts_outcome_check" CHECK (outcome in ('delivered', 'gone', 'failed'))
);
--> statement-breakpoint
CREATE TABLE "endpoints" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"url" text NOT NULL,
	"types" text[],
	"routes" text[],
	"state" text DEFAULT 'active' NOT NULL,
	"disabled_why" text,
	"disabled_at" timestamp with time zone,
	"failing_since" timestamp with time zone,
	"secret" text NOT NULL,
	"previous_secret" text,
	"previous_until" timestamp with time zone,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "endpoints_name_unique" UNIQUE("name"),
	CONSTRAINT "endpoints_state_check" CHECK (state in ('active', 'disabled')),
	CONSTRAINT "endpoints_disabled_why_check" CHECK (disabled_why in ('gone', 'failing', 'person')),
	CONSTRAINT "endpoints_disabled_check" CHECK ((state = 'disabled') = (disabled_why is not null) and (disabled_why is null) = (disabled_at is null)),
	CONSTRAINT "endpoints_previous_check" CHECK ((previous_secret is null) = (previous_until is null))
);
--> statement-breakpoint
CREATE TABLE "fan_out" (
	"sole" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"position" bigint NOT NULL,
	"event_id" uuid NOT NULL,
	CONSTRAINT "fan_out_sole_check" CHECK (sole)
);
--> statement-breakpoint
CREATE INDEX "deliveries_due_index" ON "deliveries" USING btree ("endpoint_id","next_attempt_at") WHERE state = 'pending';--> statement-breakpoint
CREATE INDEX "deliveries_given_up_index" ON "deliveries" USING btree ("endpoint_id") WHERE state = 'given_up';--> statement-breakpoint
CREATE INDEX "deliveries_created_at_index" ON "deliveries" USING btree ("endpoint_id","created_at","id");--> statement-breakpoint
CREATE INDEX "delivery_attempts_delivery_id_index" ON "delivery_attempts" USING btree ("delivery_id","at");--> statement-breakpoint
-- Endpoints are told what happens from now on.
INSERT INTO "fan_out" ("position", "event_id")
SELECT position, id FROM (
	(SELECT position, id FROM events WHERE position IS NOT NULL ORDER BY position DESC, id DESC LIMIT 1)
	UNION ALL SELECT 0, '00000000-0000-0000-0000-000000000000'
	LIMIT 1
) AS latest;

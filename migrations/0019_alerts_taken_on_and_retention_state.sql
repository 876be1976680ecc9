CREATE TABLE "erased_counts" (
	"hour" timestamp with time zone NOT NULL,
	"route" text NOT NULL,
	"product" text NOT NULL,
	"scene_code" text NOT NULL,
	"measure" text NOT NULL,
	"value" text NOT NULL,
	"count" integer NOT NULL,
	CONSTRAINT "erased_counts_pkey" PRIMARY KEY("hour","route","product","scene_code","measure","value"),
	CONSTRAINT "erased_counts_measure_check" CHECK (measure in ('status', 'sub_code', 'progress', 'page', 'callback', 'seconds')),
	CONSTRAINT "erased_counts_count_check" CHECK (count > 0)
);
--> statement-breakpoint
CREATE TABLE "retention_state" (
	"class" text PRIMARY KEY NOT NULL,
	"last_run_at" timestamp with time zone,
	"last_deleted" bigint DEFAULT 0 NOT NULL,
	"deleted_total" bigint DEFAULT 0 NOT NULL,
	"failing_since" timestamp with time zone,
	CONSTRAINT "retention_state_deleted_check" CHECK (last_deleted >= 0 and deleted_total >= last_deleted)
);
--> statement-breakpoint
ALTER TABLE "notifications" DROP CONSTRAINT "notifications_kind_check";--> statement-breakpoint
CREATE INDEX "alerts_over_index" ON "alerts" USING btree ("resolved_at") WHERE status = 'resolved' and verification_id is null and discrepancy_id is null;--> statement-breakpoint
CREATE INDEX "alert_groups_closed_at_index" ON "alert_groups" USING btree ("closed_at") WHERE closed_at is not null;--> statement-breakpoint
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_kind_check" CHECK (kind in ('firing', 'update', 'repeat', 'acknowledged', 'resolved'));
CREATE TABLE "stale_hours" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "stale_hours_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"hour" timestamp with time zone NOT NULL,
	"since" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "verification_counts" (
	"hour" timestamp with time zone NOT NULL,
	"route" text NOT NULL,
	"product" text NOT NULL,
	"scene_code" text NOT NULL,
	"measure" text NOT NULL,
	"value" text NOT NULL,
	"count" integer NOT NULL,
	CONSTRAINT "verification_counts_pkey" PRIMARY KEY("hour","route","product","scene_code","measure","value"),
	CONSTRAINT "verification_counts_measure_check" CHECK (measure in ('status', 'sub_code', 'progress', 'page', 'callback', 'seconds')),
	CONSTRAINT "verification_counts_count_check" CHECK (count > 0)
);
--> statement-breakpoint
ALTER TABLE "verifications" DROP CONSTRAINT "verifications_route_merchant_biz_id_unique";--> statement-breakpoint
DROP INDEX "verifications_route_transaction_id_unique";--> statement-breakpoint
CREATE INDEX "stale_hours_hour_index" ON "stale_hours" USING btree ("hour");--> statement-breakpoint
CREATE INDEX "verifications_created_at_index" ON "verifications" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "verifications_person_index" ON "verifications" USING btree ("merchant_user_hash","created_at","id");--> statement-breakpoint
CREATE INDEX "verifications_facet_index" ON "verifications" USING btree ("route","product","status",coalesce(sub_code, ''),"created_at","id");--> statement-breakpoint
CREATE INDEX "verifications_scene_index" ON "verifications" USING btree ("scene_code","route","product","status",coalesce(sub_code, ''),"created_at","id") WHERE "verifications"."scene_code" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "verifications_route_transaction_id_unique" ON "verifications" USING btree ("transaction_id","route") WHERE "verifications"."transaction_id" is not null;--> statement-breakpoint
ALTER TABLE "verifications" ADD CONSTRAINT "verifications_route_merchant_biz_id_unique" UNIQUE("merchant_biz_id","route");
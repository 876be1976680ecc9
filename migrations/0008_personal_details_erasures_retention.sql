CREATE TABLE "erasure_items" (
	"erasure_id" uuid NOT NULL,
	"verification_id" uuid NOT NULL,
	"route" text NOT NULL,
	"state" text NOT NULL,
	"tries" integer DEFAULT 0 NOT NULL,
	"due_at" timestamp with time zone,
	"code" text,
	"request_id" text,
	"finished_at" timestamp with time zone,
	CONSTRAINT "erasure_items_pkey" PRIMARY KEY("erasure_id","verification_id"),
	CONSTRAINT "erasure_items_state_check" CHECK (state in ('waiting', 'asking', 'deleted', 'gone', 'nothing', 'refused')),
	CONSTRAINT "erasure_items_finished_check" CHECK ((finished_at is null) = (state in ('waiting', 'asking')) and (due_at is null) = (finished_at is not null))
);
--> statement-breakpoint
CREATE TABLE "erasures" (
	"id" uuid PRIMARY KEY NOT NULL,
	"merchant_user_hash" text NOT NULL,
	"reason" text NOT NULL,
	"requested_by" text NOT NULL,
	"requested_at" timestamp with time zone NOT NULL,
	"finished_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "personal_details" (
	"verification_id" uuid NOT NULL,
	"class" text NOT NULL,
	"field" text NOT NULL,
	"envelope" text NOT NULL,
	"key_id" text NOT NULL,
	"check_id" uuid NOT NULL,
	"stored_at" timestamp with time zone NOT NULL,
	CONSTRAINT "personal_details_pkey" PRIMARY KEY("verification_id","class","field"),
	CONSTRAINT "personal_details_class_check" CHECK (class in ('document', 'face', 'other'))
);
--> statement-breakpoint
CREATE TABLE "retention_runs" (
	"id" uuid PRIMARY KEY NOT NULL,
	"class" text NOT NULL,
	"kept_days" integer NOT NULL,
	"before" timestamp with time zone NOT NULL,
	"deleted" bigint NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone NOT NULL,
	CONSTRAINT "retention_runs_deleted_check" CHECK (deleted >= 0)
);
--> statement-breakpoint
CREATE TABLE "tombstones" (
	"id" uuid PRIMARY KEY NOT NULL,
	"run_id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"rows" text[] NOT NULL
);
--> statement-breakpoint
ALTER TABLE "verifications" ADD COLUMN "erased_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "erasure_items" ADD CONSTRAINT "erasure_items_erasure_id_erasures_id_fk" FOREIGN KEY ("erasure_id") REFERENCES "public"."erasures"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "personal_details" ADD CONSTRAINT "personal_details_verification_id_verifications_id_fk" FOREIGN KEY ("verification_id") REFERENCES "public"."verifications"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "erasure_items_due_at_index" ON "erasure_items" USING btree ("due_at") WHERE "erasure_items"."due_at" is not null;--> statement-breakpoint
CREATE INDEX "erasures_requested_at_index" ON "erasures" USING btree ("requested_at","id");--> statement-breakpoint
CREATE INDEX "personal_details_key_id_index" ON "personal_details" USING btree ("key_id","verification_id","class","field");--> statement-breakpoint
CREATE INDEX "personal_details_stored_at_index" ON "personal_details" USING btree ("stored_at");--> statement-breakpoint
CREATE INDEX "retention_runs_ended_at_index" ON "retention_runs" USING btree ("ended_at","id");--> statement-breakpoint
CREATE INDEX "retention_runs_class_index" ON "retention_runs" USING btree ("class","ended_at");--> statement-breakpoint
CREATE INDEX "tombstones_rows_index" ON "tombstones" USING gin ("rows");
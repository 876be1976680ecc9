CREATE TABLE "checks" (
	"id" uuid PRIMARY KEY NOT NULL,
	"verification_id" uuid NOT NULL,
	"operation" text NOT NULL,
	"kind" text NOT NULL,
	"passed" boolean,
	"sub_code" text,
	"walk_away" jsonb,
	"code" text NOT NULL,
	"http_status" integer,
	"request_id" text,
	"asked_at" timestamp with time zone NOT NULL,
	"answered_at" timestamp with time zone NOT NULL,
	CONSTRAINT "checks_kind_check" CHECK (kind in ('verdict', 'pending', 'gone', 'log', 'unavailable', 'refused'))
);
--> statement-breakpoint
CREATE TABLE "discrepancies" (
	"id" uuid PRIMARY KEY NOT NULL,
	"type" text NOT NULL,
	"route" text NOT NULL,
	"verification_id" uuid NOT NULL,
	"receipt_id" uuid,
	"check_id" uuid,
	"opened_at" timestamp with time zone NOT NULL,
	"closed_at" timestamp with time zone,
	"closed_by" text,
	"closing_reason" text,
	CONSTRAINT "discrepancies_type_check" CHECK (type in ('claim_contradicted', 'result_changed', 'mutated_replay', 'unknown_transaction', 'transaction_mismatch', 'result_after_end')),
	CONSTRAINT "discrepancies_closed_check" CHECK ((closed_at is null) = (closed_by is null) and (closed_at is null) = (closing_reason is null))
);
--> statement-breakpoint
CREATE TABLE "malformed_callbacks" (
	"route" text NOT NULL,
	"verification_id" uuid NOT NULL,
	"reason" text NOT NULL,
	"times" integer DEFAULT 1 NOT NULL,
	"first_at" timestamp with time zone NOT NULL,
	"last_at" timestamp with time zone NOT NULL,
	CONSTRAINT "malformed_callbacks_pkey" PRIMARY KEY("route","verification_id","reason")
);
--> statement-breakpoint
CREATE TABLE "receipt_copies" (
	"receipt_id" uuid PRIMARY KEY NOT NULL,
	"copies" integer NOT NULL,
	"last_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "receipt_inbox" (
	"receipt_id" uuid PRIMARY KEY NOT NULL,
	"due_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "receipts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"route" text NOT NULL,
	"verification_id" uuid NOT NULL,
	"transaction_id" text NOT NULL,
	"passed" boolean NOT NULL,
	"sub_code" text NOT NULL,
	"key_id" text NOT NULL,
	"late" boolean NOT NULL,
	"extra" jsonb,
	"sink" text NOT NULL,
	"received_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "transitions" (
	"verification_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"from_status" text NOT NULL,
	"to_status" text NOT NULL,
	"cause" text NOT NULL,
	"receipt_id" uuid,
	"check_id" uuid,
	"actor" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "transitions_pkey" PRIMARY KEY("verification_id","version"),
	CONSTRAINT "transitions_from_check" CHECK (from_status in ('initializing', 'awaiting', 'claimed', 'passed', 'failed', 'expired', 'init_failed', 'unresolvable', 'voided')),
	CONSTRAINT "transitions_to_check" CHECK (to_status in ('initializing', 'awaiting', 'claimed', 'passed', 'failed', 'expired', 'init_failed', 'unresolvable', 'voided'))
);
--> statement-breakpoint
CREATE TABLE "verifications" (
	"id" uuid PRIMARY KEY NOT NULL,
	"route" text NOT NULL,
	"product" text NOT NULL,
	"status" text NOT NULL,
	"version" integer DEFAULT 0 NOT NULL,
	"merchant_biz_id" text NOT NULL,
	"merchant_user_hash" text NOT NULL,
	"scene_code" text,
	"request_hash" text NOT NULL,
	"transaction_id" text,
	"transaction_source" text,
	"protocol" text,
	"transaction_url" text,
	"claim_passed" boolean,
	"claim_sub_code" text,
	"claimed_at" timestamp with time zone,
	"passed" boolean,
	"sub_code" text,
	"outcome_source" text,
	"confirmed_at" timestamp with time zone,
	"walk_away" jsonb,
	"error_code" text,
	"error_message" text,
	"checked_at" timestamp with time zone,
	"check_count" integer DEFAULT 0 NOT NULL,
	"trouble_count" integer DEFAULT 0 NOT NULL,
	"next_check_at" timestamp with time zone,
	"queued_until" timestamp with time zone,
	"asking_until" timestamp with time zone,
	"expires_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "verifications_route_merchant_biz_id_unique" UNIQUE("route","merchant_biz_id"),
	CONSTRAINT "verifications_product_check" CHECK (product in ('FACE_VERIFY', 'ID_OCR', 'FACE_IDU_MIN')),
	CONSTRAINT "verifications_status_check" CHECK (status in ('initializing', 'awaiting', 'claimed', 'passed', 'failed', 'expired', 'init_failed', 'unresolvable', 'voided')),
	CONSTRAINT "verifications_confirmed_check" CHECK ((status in ('passed', 'failed')) = (passed is not null) and (passed is null or passed = (status = 'passed')))
);
--> statement-breakpoint
ALTER TABLE "checks" ADD CONSTRAINT "checks_verification_id_verifications_id_fk" FOREIGN KEY ("verification_id") REFERENCES "public"."verifications"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "receipt_copies" ADD CONSTRAINT "receipt_copies_receipt_id_receipts_id_fk" FOREIGN KEY ("receipt_id") REFERENCES "public"."receipts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "receipt_inbox" ADD CONSTRAINT "receipt_inbox_receipt_id_receipts_id_fk" FOREIGN KEY ("receipt_id") REFERENCES "public"."receipts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "transitions" ADD CONSTRAINT "transitions_verification_id_verifications_id_fk" FOREIGN KEY ("verification_id") REFERENCES "public"."verifications"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "checks_verification_id_index" ON "checks" USING btree ("verification_id");--> statement-breakpoint
CREATE UNIQUE INDEX "discrepancies_type_receipt_id_unique" ON "discrepancies" USING btree ("type","receipt_id") WHERE "discrepancies"."receipt_id" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "discrepancies_open_unique" ON "discrepancies" USING btree ("type","verification_id") WHERE "discrepancies"."receipt_id" is null and "discrepancies"."closed_at" is null;--> statement-breakpoint
CREATE INDEX "discrepancies_verification_id_index" ON "discrepancies" USING btree ("verification_id");--> statement-breakpoint
CREATE INDEX "discrepancies_open_index" ON "discrepancies" USING btree ("opened_at") WHERE "discrepancies"."closed_at" is null;--> statement-breakpoint
CREATE INDEX "receipt_inbox_due_at_index" ON "receipt_inbox" USING btree ("due_at");--> statement-breakpoint
CREATE INDEX "receipts_verification_id_index" ON "receipts" USING btree ("verification_id");--> statement-breakpoint
CREATE UNIQUE INDEX "verifications_route_transaction_id_unique" ON "verifications" USING btree ("route","transaction_id") WHERE "verifications"."transaction_id" is not null;--> statement-breakpoint
CREATE INDEX "verifications_next_check_at_index" ON "verifications" USING btree ("next_check_at") WHERE "verifications"."next_check_at" is not null;--> statement-breakpoint
CREATE INDEX "verifications_open_expires_at_index" ON "verifications" USING btree ("expires_at") WHERE "verifications"."status" in ('initializing', 'awaiting', 'claimed');
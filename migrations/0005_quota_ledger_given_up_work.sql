CREATE TABLE "given_up_work" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"reference" text NOT NULL,
	"queue" text,
	"route" text,
	"verification_id" uuid,
	"reason" text NOT NULL,
	"payload" jsonb,
	"times" integer DEFAULT 1 NOT NULL,
	"first_at" timestamp with time zone NOT NULL,
	"last_at" timestamp with time zone NOT NULL,
	"redriven_at" timestamp with time zone,
	"redriven_by" text,
	CONSTRAINT "given_up_work_kind_check" CHECK (kind in ('receipt', 'batch', 'job'))
);
--> statement-breakpoint
CREATE TABLE "human_actions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"actor" text NOT NULL,
	"action" text NOT NULL,
	"subject" text NOT NULL,
	"route" text,
	"verification_id" uuid,
	"reason" text,
	"before" jsonb,
	"after" jsonb
);
--> statement-breakpoint
CREATE TABLE "seals" (
	"seq" bigint PRIMARY KEY NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"count" integer NOT NULL,
	"lines" text NOT NULL,
	"previous" text NOT NULL,
	"hash" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "unsealed" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "unsealed_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"rows" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "breakers" (
	"route" text NOT NULL,
	"product" text NOT NULL,
	"operation" text NOT NULL,
	"state" text NOT NULL,
	"troubles" integer NOT NULL,
	"blocked_until" timestamp with time zone NOT NULL,
	"code" text,
	"changed_at" timestamp with time zone NOT NULL,
	CONSTRAINT "breakers_pkey" PRIMARY KEY("route","product","operation"),
	CONSTRAINT "breakers_state_check" CHECK (state in ('closed', 'open', 'half_open', 'parked'))
);
--> statement-breakpoint
CREATE TABLE "call_slots" (
	"route" text NOT NULL,
	"product" text NOT NULL,
	"operation" text NOT NULL,
	"slot" integer NOT NULL,
	"free_at" timestamp with time zone NOT NULL,
	CONSTRAINT "call_slots_pkey" PRIMARY KEY("route","product","operation","slot"),
	CONSTRAINT "call_slots_slot_check" CHECK (slot >= 0)
);
--> statement-breakpoint
DROP INDEX "verifications_next_check_at_index";--> statement-breakpoint
ALTER TABLE "alerts" ADD COLUMN "detail" text;--> statement-breakpoint
CREATE UNIQUE INDEX "given_up_work_open_unique" ON "given_up_work" USING btree ("kind","reference") WHERE redriven_at is null;--> statement-breakpoint
CREATE INDEX "given_up_work_last_at_index" ON "given_up_work" USING btree ("last_at","id");--> statement-breakpoint
CREATE INDEX "human_actions_at_index" ON "human_actions" USING btree ("at","id");--> statement-breakpoint
CREATE INDEX "human_actions_verification_id_index" ON "human_actions" USING btree ("verification_id");--> statement-breakpoint
CREATE INDEX "call_slots_free_at_index" ON "call_slots" USING btree ("route","product","operation","free_at");--> statement-breakpoint
CREATE UNIQUE INDEX "alerts_ongoing_unique" ON "alerts" USING btree ("rule","route",coalesce(verification_id::text, '')) WHERE discrepancy_id is null and status <> 'resolved';--> statement-breakpoint
CREATE INDEX "verifications_due_index" ON "verifications" USING btree ("route","product",(case when status = 'claimed' then 0 when status in ('initializing', 'awaiting') and next_check_at >= expires_at then 1 when status in ('initializing', 'awaiting') then 2 else 3 end),"next_check_at") WHERE "verifications"."next_check_at" is not null;
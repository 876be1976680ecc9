CREATE TABLE "alerts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"rule" text NOT NULL,
	"severity" text NOT NULL,
	"status" text DEFAULT 'open' NOT NULL,
	"route" text NOT NULL,
	"verification_id" uuid,
	"discrepancy_id" uuid,
	"opened_at" timestamp with time zone NOT NULL,
	"acknowledged_at" timestamp with time zone,
	"acknowledged_by" text,
	"resolved_at" timestamp with time zone,
	"resolved_by" text,
	"resolution" text,
	CONSTRAINT "alerts_discrepancy_id_unique" UNIQUE("discrepancy_id"),
	CONSTRAINT "alerts_severity_check" CHECK (severity in ('critical', 'warning')),
	CONSTRAINT "alerts_status_check" CHECK (status in ('open', 'acknowledged', 'resolved')),
	CONSTRAINT "alerts_resolved_check" CHECK ((status = 'resolved') = (resolved_at is not null) and (resolved_at is null) = (resolved_by is null))
);
--> statement-breakpoint
CREATE TABLE "opaque_tokens" (
	"route" text NOT NULL,
	"token_hash" text NOT NULL,
	"verification_id" uuid NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "opaque_tokens_pkey" PRIMARY KEY("route","token_hash")
);
--> statement-breakpoint
CREATE TABLE "refusals" (
	"hour" timestamp with time zone NOT NULL,
	"route" text NOT NULL,
	"reason" text NOT NULL,
	"source" text NOT NULL,
	"times" bigint NOT NULL,
	"first_at" timestamp with time zone NOT NULL,
	"last_at" timestamp with time zone NOT NULL,
	CONSTRAINT "refusals_pkey" PRIMARY KEY("hour","route","reason","source"),
	CONSTRAINT "refusals_times_check" CHECK (times > 0)
);
--> statement-breakpoint
ALTER TABLE "opaque_tokens" ADD CONSTRAINT "opaque_tokens_verification_id_verifications_id_fk" FOREIGN KEY ("verification_id") REFERENCES "public"."verifications"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "alerts_verification_id_index" ON "alerts" USING btree ("verification_id");--> statement-breakpoint
CREATE INDEX "alerts_opened_at_index" ON "alerts" USING btree ("opened_at","id");
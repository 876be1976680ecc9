CREATE TABLE "session_traces" (
	"verification_id" uuid PRIMARY KEY NOT NULL,
	"trace" text NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE INDEX "session_traces_at_index" ON "session_traces" USING btree ("at");
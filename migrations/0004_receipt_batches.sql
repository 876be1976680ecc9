CREATE TABLE "receipt_batches" (
	"id" uuid PRIMARY KEY NOT NULL,
	"packed" text NOT NULL,
	"claims" integer NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	CONSTRAINT "receipt_batches_claims_check" CHECK (claims > 0)
);
--> statement-breakpoint
ALTER TABLE "receipt_copies" DROP CONSTRAINT "receipt_copies_receipt_id_receipts_id_fk";
--> statement-breakpoint
ALTER TABLE "receipt_inbox" DROP CONSTRAINT "receipt_inbox_receipt_id_receipts_id_fk";
--> statement-breakpoint
ALTER TABLE "receipt_copies" ADD COLUMN "last_batch_id" uuid DEFAULT gen_random_uuid() NOT NULL;--> statement-breakpoint
ALTER TABLE "receipts" ADD COLUMN "batch_id" uuid DEFAULT gen_random_uuid() NOT NULL;--> statement-breakpoint
CREATE INDEX "receipt_batches_due_at_index" ON "receipt_batches" USING btree ("due_at");--> statement-breakpoint
-- Packed claims are compressed already; trying again would only cost the sender time.
ALTER TABLE "receipt_batches" ALTER COLUMN "packed" SET STORAGE EXTERNAL;

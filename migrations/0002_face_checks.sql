ALTER TABLE "checks" DROP CONSTRAINT "checks_kind_check";--> statement-breakpoint
ALTER TABLE "checks" ADD COLUMN "transaction_id" text;--> statement-breakpoint
ALTER TABLE "checks" ADD COLUMN "face_check" jsonb;--> statement-breakpoint
ALTER TABLE "checks" ADD CONSTRAINT "checks_kind_check" CHECK (kind in ('verdict', 'pending', 'gone', 'log', 'unavailable', 'refused', 'lost'));--> statement-breakpoint
-- Face checks answer at once, or are lost until somebody pays for another.
INSERT INTO "legal_moves" ("from_status", "to_status") VALUES
	('initializing', 'passed'),
	('initializing', 'failed'),
	('initializing', 'unresolvable'),
	('unresolvable', 'passed'),
	('unresolvable', 'failed');

-- The moves a verification may make. The same table as MOVES in the domain package; a test compares the two.
CREATE TABLE "legal_moves" (
	"from_status" text NOT NULL,
	"to_status" text NOT NULL,
	CONSTRAINT "legal_moves_pkey" PRIMARY KEY("from_status","to_status")
);
--> statement-breakpoint
INSERT INTO "legal_moves" ("from_status", "to_status") VALUES
	('initializing', 'awaiting'),
	('initializing', 'claimed'),
	('initializing', 'init_failed'),
	('initializing', 'voided'),
	('awaiting', 'claimed'),
	('awaiting', 'passed'),
	('awaiting', 'failed'),
	('awaiting', 'expired'),
	('awaiting', 'unresolvable'),
	('awaiting', 'voided'),
	('claimed', 'passed'),
	('claimed', 'failed'),
	('claimed', 'expired'),
	('claimed', 'unresolvable'),
	('claimed', 'voided'),
	('expired', 'passed'),
	('expired', 'failed');
--> statement-breakpoint
-- Refuses what the rules do not know, whoever asks: a bug, a second worker, or a person with psql.
CREATE FUNCTION "refuse_illegal_move"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NEW.version < OLD.version THEN
		RAISE EXCEPTION 'verification % cannot go back from version % to %', OLD.id, OLD.version, NEW.version
			USING ERRCODE = 'check_violation', CONSTRAINT = 'verifications_version_order';
	END IF;
	IF NEW.status <> OLD.status THEN
		IF NEW.version = OLD.version THEN
			RAISE EXCEPTION 'verification % cannot change its status without a new version', OLD.id
				USING ERRCODE = 'check_violation', CONSTRAINT = 'verifications_version_order';
		END IF;
		IF NOT EXISTS (SELECT FROM legal_moves WHERE from_status = OLD.status AND to_status = NEW.status) THEN
			RAISE EXCEPTION 'verification % cannot move from % to %', OLD.id, OLD.status, NEW.status
				USING ERRCODE = 'check_violation', CONSTRAINT = 'verifications_legal_move';
		END IF;
	ELSIF (NEW.passed, NEW.sub_code) IS DISTINCT FROM (OLD.passed, OLD.sub_code) THEN
		RAISE EXCEPTION 'verification % already has its result', OLD.id
			USING ERRCODE = 'check_violation', CONSTRAINT = 'verifications_legal_move';
	END IF;
	RETURN NEW;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER "verifications_legal_move" BEFORE UPDATE OF "status", "version", "passed", "sub_code" ON "verifications"
	FOR EACH ROW EXECUTE FUNCTION "refuse_illegal_move"();

-- Evidence is written once. Whoever has to erase some, for a retention period or a bench, says `set local verdict.erasing = 'on'`
-- in the transaction that does; nothing makes a row changeable.
CREATE FUNCTION "refuse_rewriting"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP <> 'UPDATE' AND current_setting('verdict.erasing', true) = 'on' THEN
		RETURN NULL;
	END IF;
	RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
		USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = TG_TABLE_NAME || '_append_only';
END;
$$;
--> statement-breakpoint
-- An update that leaves a row as it is may pass: storing a receipt again is one.
DO $$
DECLARE
	evidence text;
BEGIN
	FOREACH evidence IN ARRAY ARRAY['receipts', 'checks', 'transitions', 'human_actions', 'seals'] LOOP
		EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE ON %I FOR EACH ROW WHEN (OLD.* *<> NEW.*)
			EXECUTE FUNCTION refuse_rewriting()', evidence || '_never_change', evidence);
		EXECUTE format('CREATE TRIGGER %I BEFORE DELETE OR TRUNCATE ON %I FOR EACH STATEMENT
			EXECUTE FUNCTION refuse_rewriting()', evidence || '_stay', evidence);
	END LOOP;
END;
$$;
--> statement-breakpoint
-- What the application may do, for installations that give it a login of its own: `grant verdict_app to <login>`. Roles belong to
-- the server, not to the database: another database may be making this one at the same moment, and not everybody who may
-- migrate may make roles.
DO $$
BEGIN
	IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'verdict_app') THEN
		CREATE ROLE verdict_app NOLOGIN;
	END IF;
EXCEPTION
	WHEN duplicate_object OR unique_violation THEN
		NULL;
	WHEN insufficient_privilege THEN
		RAISE NOTICE 'the role verdict_app was not made: % may not create roles', current_user;
END;
$$;
--> statement-breakpoint
DO $$
BEGIN
	IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'verdict_app') THEN
		RETURN;
	END IF;
	GRANT USAGE ON SCHEMA public TO verdict_app;
	GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA public TO verdict_app;
	-- Whoever could add a move could make any move.
	REVOKE INSERT ON legal_moves FROM verdict_app;
	GRANT UPDATE ON verifications, discrepancies, alerts TO verdict_app;
	GRANT UPDATE, DELETE ON receipt_batches, receipt_copies, receipt_inbox, malformed_callbacks, refusals, opaque_tokens,
		given_up_work, unsealed, breakers, call_slots TO verdict_app;
	-- ON CONFLICT DO UPDATE asks for it; the trigger sees to it that nothing changes.
	GRANT UPDATE (batch_id) ON receipts TO verdict_app;
	-- Tables of later versions, as long as the same user migrates. One that holds evidence takes back what it must.
	ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO verdict_app;
END;
$$;
--> statement-breakpoint
-- What was written before there was a list is to be sealed as well.
INSERT INTO "unsealed" ("rows")
SELECT jsonb_agg(jsonb_build_array(kind, key))
FROM (
	SELECT kind, key, row_number() OVER () / 500 AS part
	FROM (
		SELECT 'receipt' AS kind, id::text AS key FROM receipts
		UNION ALL SELECT 'check', id::text FROM checks
		UNION ALL SELECT 'transition', verification_id || '/' || version FROM transitions
		UNION ALL SELECT 'human_action', id::text FROM human_actions
	) AS evidence
) AS parts
GROUP BY part;

-- What says that evidence was erased on purpose is evidence itself.
CREATE TRIGGER "tombstones_never_change" BEFORE UPDATE ON "tombstones" FOR EACH ROW WHEN (OLD.* *<> NEW.*)
	EXECUTE FUNCTION refuse_rewriting();
--> statement-breakpoint
CREATE TRIGGER "tombstones_stay" BEFORE DELETE OR TRUNCATE ON "tombstones" FOR EACH STATEMENT
	EXECUTE FUNCTION refuse_rewriting();
--> statement-breakpoint
-- Tables that are made later are the application's by default; these two it may only add to.
DO $$
BEGIN
	IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'verdict_app') THEN
		REVOKE UPDATE, DELETE ON tombstones, retention_runs FROM verdict_app;
	END IF;
END;
$$;

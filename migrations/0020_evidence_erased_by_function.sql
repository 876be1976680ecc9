-- Erasing evidence for its age, for whoever may not delete it otherwise. It erases nothing that has not ended, and nothing that the
-- tombstone does not name, which cannot be taken back: what is gone and not named is found by verify-ledger, and so is what is named
-- with another hash than its seal has.
CREATE FUNCTION "erase_evidence"("subject_kind" text, "subject_ids" uuid[], "tombstone_id" uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	named text[] := ARRAY(SELECT regexp_replace(line, ' [^ ]*$', '') FROM tombstones, unnest(rows) AS line WHERE id = tombstone_id);
	gone_receipts uuid[];
	gone_events uuid[];
	evidence text[];
BEGIN
	CASE subject_kind
	WHEN 'sessions' THEN
		IF EXISTS (
			SELECT FROM verifications WHERE id = ANY(subject_ids)
				AND (status IN ('initializing', 'awaiting', 'claimed') OR next_check_at IS NOT NULL)
		) OR EXISTS (SELECT FROM discrepancies WHERE verification_id = ANY(subject_ids) AND closed_at IS NULL)
		OR EXISTS (SELECT FROM erasure_items WHERE verification_id = ANY(subject_ids) AND finished_at IS NULL) THEN
			RAISE EXCEPTION 'what has not ended is not erased' USING ERRCODE = 'check_violation';
		END IF;
		-- Their own, and those they adopted from sessions of other systems.
		gone_receipts := ARRAY(
			SELECT id FROM receipts WHERE verification_id = ANY(subject_ids)
			UNION SELECT receipt_id FROM transitions WHERE verification_id = ANY(subject_ids) AND receipt_id IS NOT NULL
			UNION SELECT receipt_id FROM discrepancies WHERE verification_id = ANY(subject_ids) AND receipt_id IS NOT NULL);
		evidence := ARRAY(
			SELECT 'receipt ' || id FROM receipts WHERE id = ANY(gone_receipts)
			UNION ALL SELECT 'check ' || id FROM checks WHERE verification_id = ANY(subject_ids)
			UNION ALL SELECT 'transition ' || verification_id || '/' || version FROM transitions WHERE verification_id = ANY(subject_ids)
			UNION ALL SELECT 'human_action ' || id FROM human_actions WHERE verification_id = ANY(subject_ids));
	WHEN 'strays' THEN
		IF EXISTS (SELECT FROM discrepancies WHERE receipt_id = ANY(subject_ids) AND closed_at IS NULL)
		OR EXISTS (SELECT FROM transitions WHERE receipt_id = ANY(subject_ids))
		OR EXISTS (SELECT FROM receipts r JOIN verifications v ON v.id = r.verification_id WHERE r.id = ANY(subject_ids)) THEN
			RAISE EXCEPTION 'what has not ended is not erased' USING ERRCODE = 'check_violation';
		END IF;
		gone_receipts := subject_ids;
		evidence := ARRAY(SELECT 'receipt ' || id FROM receipts WHERE id = ANY(subject_ids));
	WHEN 'actions' THEN
		IF EXISTS (SELECT FROM human_actions WHERE id = ANY(subject_ids) AND verification_id IS NOT NULL) THEN
			RAISE EXCEPTION 'an action on a session goes with it' USING ERRCODE = 'check_violation';
		END IF;
		evidence := ARRAY(SELECT 'human_action ' || id FROM human_actions WHERE id = ANY(subject_ids));
	END CASE;
	IF NOT evidence <@ named THEN
		RAISE EXCEPTION 'the tombstone does not name all that would be erased' USING ERRCODE = 'check_violation';
	END IF;

	-- Said for these statements alone: whoever calls it may delete no more than before.
	PERFORM set_config('verdict.erasing', 'on', true);
	IF subject_kind = 'actions' THEN
		DELETE FROM human_actions WHERE id = ANY(subject_ids);
		PERFORM set_config('verdict.erasing', 'off', true);
		RETURN;
	END IF;
	DELETE FROM receipt_copies WHERE receipt_id = ANY(gone_receipts);
	IF subject_kind = 'strays' THEN
		WITH gone AS (DELETE FROM discrepancies WHERE receipt_id = ANY(subject_ids) RETURNING id)
		DELETE FROM alerts WHERE discrepancy_id IN (SELECT id FROM gone);
		DELETE FROM receipts WHERE id = ANY(subject_ids);
		PERFORM set_config('verdict.erasing', 'off', true);
		RETURN;
	END IF;
	DELETE FROM receipts WHERE id = ANY(gone_receipts);
	WITH gone AS (
		DELETE FROM events WHERE subject_id = ANY(subject_ids)
			OR (verification_id = ANY(subject_ids) AND verification_id <> subject_id) RETURNING id
	)
	SELECT coalesce(array_agg(id), '{}') INTO gone_events FROM gone;
	WITH gone AS (DELETE FROM deliveries WHERE event_id = ANY(gone_events) RETURNING id)
	DELETE FROM delivery_attempts WHERE delivery_id IN (SELECT id FROM gone);
	-- In an order that no foreign key minds.
	DELETE FROM personal_details WHERE verification_id = ANY(subject_ids);
	DELETE FROM opaque_tokens WHERE verification_id = ANY(subject_ids);
	DELETE FROM malformed_callbacks WHERE verification_id = ANY(subject_ids);
	DELETE FROM given_up_work WHERE verification_id = ANY(subject_ids);
	DELETE FROM alerts WHERE verification_id = ANY(subject_ids);
	DELETE FROM discrepancies WHERE verification_id = ANY(subject_ids);
	DELETE FROM human_actions WHERE verification_id = ANY(subject_ids);
	DELETE FROM transitions WHERE verification_id = ANY(subject_ids);
	DELETE FROM checks WHERE verification_id = ANY(subject_ids);
	DELETE FROM verifications WHERE id = ANY(subject_ids);
	PERFORM set_config('verdict.erasing', 'off', true);
END;
$$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION "erase_evidence"(text, uuid[], uuid) FROM PUBLIC;
--> statement-breakpoint
DO $$
BEGIN
	IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'verdict_app') THEN
		GRANT EXECUTE ON FUNCTION erase_evidence(text, uuid[], uuid) TO verdict_app;
		-- Alerts are no evidence; those about what went on are deleted for their age.
		GRANT DELETE ON alerts TO verdict_app;
	END IF;
END;
$$;

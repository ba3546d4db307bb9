-- What people change by hand: rules, snapshots rolled back or given up, drills. Every change is one call
-- of a function below, which checks, changes and audits in one transaction.

CREATE TABLE admin_audit (
  audit_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  happened_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- The name of the token that was used, and its role then.
  actor       text NOT NULL,
  role        text NOT NULL,
  action      text NOT NULL,
  subject     text NOT NULL,
  before      jsonb,
  after       jsonb
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit is only ever added to';
END $$;
CREATE TRIGGER admin_audit_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON admin_audit
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- rule: as the merchandiser wrote it (shared/rules/rule.ts); applied: as the edge applies it
-- (shared/rules/rulesDocument.ts) but for the item numbers, which are looked up whenever it is mirrored.
CREATE TABLE rules (
  rule_id    text PRIMARY KEY,
  rule       jsonb NOT NULL,
  applied    jsonb NOT NULL,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_by text NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now()
);

-- One row. Its version grows with every change; whoever changes says which version they have seen.
CREATE TABLE rule_book (
  singleton   boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  version     bigint NOT NULL DEFAULT 0,
  updated_at  timestamptz,
  -- A fault played for the whole shop: {"pointer": "error", …}, over by itself.
  drill       jsonb,
  drill_until timestamptz
);
INSERT INTO rule_book DEFAULT VALUES;

ALTER TABLE snapshots
  -- The batch deletes what is marked; the live snapshot never is.
  ADD COLUMN purge_requested_at timestamptz,
  ADD COLUMN purge_requested_by text;

-- All rules at one version, the very document that KV mirrors.
CREATE FUNCTION rules_document() RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'format', 1,
    'version', b.version,
    'updated_at', to_char(b.updated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'rules', coalesce((
      SELECT jsonb_agg(r.applied || jsonb_build_object('id', r.rule_id, 'items', coalesce((
        SELECT jsonb_agg(p.item_number ORDER BY t.place)
        FROM jsonb_array_elements_text(r.rule->'target'->'products') WITH ORDINALITY AS t (product_id, place)
        JOIN products p USING (product_id)), '[]')) ORDER BY r.created_at, r.rule_id)
      FROM rules r
      WHERE (r.applied->>'until')::float8 IS NULL
         OR (r.applied->>'until')::float8 > extract(epoch FROM now()) * 1000), '[]'))
    || CASE WHEN b.drill_until > now()
       THEN jsonb_build_object('drill', jsonb_build_object(
              'faults', b.drill, 'until', extract(epoch FROM b.drill_until) * 1000))
       ELSE '{}' END
  FROM rule_book b
$$;

-- Answers {"outcome": "saved" | "conflict" | "unknown" | "full", "version": the version now}.
-- new_rule NULL: the rule is deleted.
CREATE FUNCTION change_rule(
  by_actor text, by_role text, expected bigint, id text, new_rule jsonb, new_applied jsonb, is_new boolean
) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  now_at bigint;
  old_rule jsonb;
BEGIN
  SELECT version INTO now_at FROM rule_book FOR UPDATE;
  IF now_at <> expected THEN
    RETURN jsonb_build_object('outcome', 'conflict', 'version', now_at);
  END IF;
  SELECT rule INTO old_rule FROM rules WHERE rule_id = id;
  IF (old_rule IS NULL) <> is_new THEN
    RETURN jsonb_build_object('outcome', 'unknown', 'version', now_at);
  END IF;
  IF is_new AND (SELECT count(*) FROM rules) >= 500 THEN
    RETURN jsonb_build_object('outcome', 'full', 'version', now_at);
  END IF;
  IF new_rule IS NULL THEN
    DELETE FROM rules WHERE rule_id = id;
  ELSE
    INSERT INTO rules (rule_id, rule, applied, created_by, updated_by)
    VALUES (id, new_rule, new_applied, by_actor, by_actor)
    ON CONFLICT (rule_id) DO UPDATE SET rule = excluded.rule, applied = excluded.applied,
      updated_by = excluded.updated_by, updated_at = now();
  END IF;
  UPDATE rule_book SET version = version + 1, updated_at = now();
  INSERT INTO admin_audit (actor, role, action, subject, before, after)
  VALUES (by_actor, by_role,
          CASE WHEN new_rule IS NULL THEN 'rule.delete' WHEN is_new THEN 'rule.create' ELSE 'rule.update' END,
          id, old_rule, new_rule);
  RETURN jsonb_build_object('outcome', 'saved', 'version', now_at + 1);
END $$;

-- Plays faults for the whole shop until a time, or ends that (faults NULL). Answers the new version.
CREATE FUNCTION change_drill(by_actor text, by_role text, faults jsonb, seconds integer)
RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  old_drill jsonb;
  now_at bigint;
BEGIN
  SELECT drill INTO old_drill FROM rule_book FOR UPDATE;
  UPDATE rule_book SET drill = faults, version = version + 1, updated_at = now(),
    drill_until = CASE WHEN faults IS NULL THEN NULL
                  ELSE now() + least(seconds, 600) * interval '1 second' END
    RETURNING version INTO now_at;
  INSERT INTO admin_audit (actor, role, action, subject, before, after)
  VALUES (by_actor, by_role, CASE WHEN faults IS NULL THEN 'drill.end' ELSE 'drill.shop' END, 'shop', old_drill, faults);
  RETURN jsonb_build_object('outcome', 'saved', 'version', now_at);
END $$;

-- Declares another snapshot live, holding the batch's lease. Answers {"outcome": "declared", "token",
-- "pointer"}, and the lease stays taken until end_rollback; or {"outcome": "busy" | "unknown", …}.
-- Declaring the live one again keeps what was before it: so a pointer that did not reach KV is sent again.
CREATE FUNCTION begin_rollback(by_actor text, by_role text, wanted integer, seen_generation bigint, by_holder text)
RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  taken bigint;
  held record;
  old_live integer;
  result jsonb;
BEGIN
  INSERT INTO lease (name, holder, token, expires_at)
  VALUES ('batch', by_holder, 1, clock_timestamp() + interval '30 seconds')
  ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, token = lease.token + 1, expires_at = excluded.expires_at
    WHERE lease.expires_at <= clock_timestamp()
  RETURNING token INTO taken;
  IF taken IS NULL THEN
    SELECT expires_at INTO held FROM lease WHERE name = 'batch';
    RETURN jsonb_build_object('outcome', 'busy',
      'seconds', greatest(1, ceil(extract(epoch FROM held.expires_at - clock_timestamp()))));
  END IF;
  -- Whoever marks a snapshot for deletion waits for this row too.
  SELECT live_snapshot_id INTO old_live FROM live_pointer FOR UPDATE;
  PERFORM 1 FROM snapshots WHERE snapshot_id = wanted AND manifest IS NOT NULL
    AND state = 'published' AND purge_requested_at IS NULL;
  IF NOT FOUND THEN
    UPDATE lease SET expires_at = 'epoch' WHERE name = 'batch' AND token = taken;
    RETURN jsonb_build_object('outcome', 'unknown');
  END IF;
  UPDATE live_pointer SET
    live_snapshot_id = wanted,
    previous_snapshot_id = CASE WHEN live_snapshot_id = wanted THEN previous_snapshot_id ELSE live_snapshot_id END,
    published_at = CASE WHEN live_snapshot_id = wanted THEN published_at ELSE now() END,
    generation = greatest(generation, seen_generation) + 1
  RETURNING jsonb_build_object('live', live_snapshot_id, 'previous', previous_snapshot_id, 'generation', generation,
    'published_at', to_char(coalesce(published_at, now()) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
  INTO result;
  INSERT INTO admin_audit (actor, role, action, subject, before, after)
  VALUES (by_actor, by_role, 'snapshot.rollback', wanted::text, to_jsonb(old_live), to_jsonb(wanted));
  RETURN jsonb_build_object('outcome', 'declared', 'token', taken::text, 'pointer', result);
END $$;

-- True while the lease is still this holder's, by the database's clock.
CREATE FUNCTION holds_lease(by_holder text, by_token bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT 1 FROM lease WHERE name = 'batch' AND holder = by_holder AND token = by_token
                 AND expires_at > clock_timestamp())
$$;

-- Lets the next run in at once; the row stays, for its token must go on growing.
CREATE FUNCTION end_rollback(by_holder text, by_token bigint) RETURNS void LANGUAGE sql AS $$
  UPDATE lease SET expires_at = 'epoch' WHERE name = 'batch' AND holder = by_holder AND token = by_token
$$;

-- Marks a snapshot for the batch to delete. Answers {"outcome": "marked" | "live" | "unknown"}.
CREATE FUNCTION mark_purge(by_actor text, by_role text, wanted integer) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  old snapshots%ROWTYPE;
  live integer;
BEGIN
  -- A rollback that comes at the same moment waits for this row, and then finds the mark.
  SELECT live_snapshot_id INTO live FROM live_pointer FOR UPDATE;
  IF live = wanted THEN
    RETURN jsonb_build_object('outcome', 'live');
  END IF;
  SELECT * INTO old FROM snapshots WHERE snapshot_id = wanted AND state <> 'pruned' FOR UPDATE;
  IF NOT FOUND THEN
    RETURN jsonb_build_object('outcome', 'unknown');
  END IF;
  UPDATE snapshots SET purge_requested_at = coalesce(purge_requested_at, now()),
    purge_requested_by = coalesce(purge_requested_by, by_actor) WHERE snapshot_id = wanted;
  INSERT INTO admin_audit (actor, role, action, subject, before, after)
  VALUES (by_actor, by_role, 'snapshot.purge', wanted::text, to_jsonb(old.state), '"purge requested"');
  RETURN jsonb_build_object('outcome', 'marked');
END $$;

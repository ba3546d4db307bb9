-- Who is who, and which order is which, across sources.

-- Plain contacts go. What is already here cannot be hashed (the database has no key): contacts are hashed as
-- they come again with the next ingest or full sync.
ALTER TABLE customers
  DROP COLUMN email,
  DROP COLUMN phone,
  -- The customer this one turned out to be, whose lists it is shown; NULL: itself.
  ADD COLUMN merged_into text,
  -- Where its source says it lives. province and city: where its latest order went, else this.
  ADD COLUMN stated_province text,
  ADD COLUMN stated_city text;
CREATE INDEX customers_merged ON customers (merged_into) WHERE merged_into IS NOT NULL;

-- An id of a source names its own customer (merged_from, when that was merged; else unified_customer_id) and
-- through it the one it is now. Hashes: batch/identity/contactReader.ts; …_at: of the order that gave it, infinity: of
-- the customer's own record.
ALTER TABLE customer_alias
  ADD COLUMN merged_from text,
  ADD COLUMN email_hash bytea,
  ADD COLUMN email_at timestamptz,
  ADD COLUMN phone_hash bytea,
  ADD COLUMN phone_at timestamptz,
  ADD COLUMN marketing_consent boolean,
  ADD COLUMN marketing_consent_at timestamptz;
CREATE INDEX customer_alias_by_email ON customer_alias (email_hash) WHERE email_hash IS NOT NULL;
CREATE INDEX customer_alias_by_phone ON customer_alias (phone_hash) WHERE phone_hash IS NOT NULL;

-- Contacts that make no two customers one.
CREATE TABLE shared_contacts (
  kind       text NOT NULL CHECK (kind IN ('email', 'phone')),
  value_hash bytea NOT NULL,
  -- shared: by more customers than allowed; junk: a dummy.
  reason     text NOT NULL CHECK (reason IN ('shared', 'junk')),
  -- Enough to recognise it by, not to reach anybody.
  masked     text,
  since      timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (kind, value_hash)
);

-- Why two customers are one, one row a reason, kept when it ends. undone: by hand, for good.
CREATE TABLE customer_merges (
  merge_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind       text NOT NULL CHECK (kind IN ('email', 'phone')),
  value_hash bytea NOT NULL,
  from_id    text NOT NULL,
  into_id    text NOT NULL,
  merged_at  timestamptz NOT NULL DEFAULT now(),
  ended_at   timestamptz,
  ended_why  text CHECK (ended_why IN ('undone', 'shared', 'changed')),
  CHECK ((ended_at IS NULL) = (ended_why IS NULL))
);
CREATE UNIQUE INDEX customer_merges_now ON customer_merges (from_id, into_id, kind, value_hash) WHERE ended_at IS NULL;
CREATE INDEX customer_merges_by_into ON customer_merges (into_id);

-- The latest word of any source.
CREATE VIEW customer_marketing_consent AS
SELECT DISTINCT ON (unified_customer_id)
       unified_customer_id, marketing_consent, marketing_consent_at, source
FROM customer_alias
WHERE marketing_consent IS NOT NULL
ORDER BY unified_customer_id, marketing_consent_at DESC, marketing_consent, source, source_id;

-- An order is its source's: another source may use the same id for another order.
ALTER TABLE orders
  DROP CONSTRAINT orders_pkey,
  ADD PRIMARY KEY (order_id, source),
  -- As the source calls the customer; unified_customer_id follows from it.
  ADD COLUMN source_customer_id text,
  -- The number another system has for the order.
  ADD COLUMN reference text,
  ADD COLUMN source_updated_at timestamptz,
  -- double: another source's order is this one and counts; told_status is then what its own source says.
  ADD COLUMN told_status text CHECK (told_status IN ('completed', 'cancelled', 'returned')),
  DROP CONSTRAINT orders_status_check,
  ADD CONSTRAINT orders_status_check CHECK (status IN ('completed', 'cancelled', 'returned', 'double')),
  ADD CHECK ((status = 'double') = (told_status IS NOT NULL));
UPDATE orders o SET source_customer_id = coalesce(
  (SELECT min(a.source_id) FROM customer_alias a
   WHERE a.source = o.source AND a.unified_customer_id = o.unified_customer_id),
  o.unified_customer_id)
WHERE o.unified_customer_id IS NOT NULL;

-- "#1001", "1001" and "10-01" are one number. batch/identity/settleDoubles.ts
CREATE FUNCTION order_key(number text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT translate(lower(number), ' #_./-', '')
$$;
CREATE INDEX orders_by_reference ON orders (order_key(reference)) WHERE reference IS NOT NULL;

CREATE TABLE order_doubles (
  order_number         integer PRIMARY KEY,
  counted_order_number integer NOT NULL,
  rule                 text NOT NULL CHECK (rule IN ('reference', 'same_lines')),
  decided_at           timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX order_doubles_by_counted ON order_doubles (counted_order_number);

CREATE INDEX product_alias_by_variant ON product_alias (source, variant_id) WHERE variant_id <> '';

-- Merged-away ids keep answering: until the next snapshot with their own list, then with the list of who they are.
CREATE VIEW customer_names AS
SELECT c.customer_number, c.unified_customer_id FROM customers c
UNION ALL
SELECT c.customer_number, m.unified_customer_id
FROM customers m JOIN customers c ON c.unified_customer_id = m.merged_into
WHERE NOT EXISTS (
  SELECT FROM live_pointer l JOIN snapshot_users u ON u.snapshot_id = l.live_snapshot_id
  WHERE u.customer_number = m.customer_number);

CREATE OR REPLACE VIEW offline_user_recommendations AS
SELECT c.unified_customer_id,
       product_ids_of(record_item_numbers(u.record, 8, get_byte(u.record, 2), (s.layout->>'item_width')::int)) AS product_ids,
       record_scores(u.record, 8 + (s.layout->>'user_recommendations')::int * (s.layout->>'item_width')::int,
                     get_byte(u.record, 2)) AS scores,
       u.snapshot_id,
       l.published_at AS updated_at
FROM live_pointer l
JOIN snapshots s ON s.snapshot_id = l.live_snapshot_id
JOIN snapshot_users u ON u.snapshot_id = l.live_snapshot_id
LEFT JOIN customer_names c ON c.customer_number = u.customer_number;

CREATE OR REPLACE VIEW offline_item_affinity AS
SELECT c.unified_customer_id,
       product_ids_of(record_item_numbers(
         u.record,
         8 + (s.layout->>'user_recommendations')::int * ((s.layout->>'item_width')::int + 2),
         get_byte(u.record, 3), (s.layout->>'item_width')::int)) AS product_ids,
       u.snapshot_id,
       l.published_at AS updated_at
FROM live_pointer l
JOIN snapshots s ON s.snapshot_id = l.live_snapshot_id
JOIN snapshot_users u ON u.snapshot_id = l.live_snapshot_id
LEFT JOIN customer_names c ON c.customer_number = u.customer_number;

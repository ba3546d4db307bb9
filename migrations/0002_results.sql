-- What the batch has calculated. One partition per snapshot: it is loaded before it is indexed,
-- and dropped whole when the snapshot is pruned, without dead rows.

CREATE TABLE snapshots (
  snapshot_id  integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  run_id       text NOT NULL UNIQUE,
  state        text NOT NULL DEFAULT 'loading'
               CHECK (state IN ('loading', 'ready', 'published', 'held', 'failed', 'pruned')),
  engine       text NOT NULL CHECK (engine IN ('aws', 'embedded')),
  -- Shape of the records below and of the parts in KV: shared/snapshot/manifest.ts.
  layout       jsonb NOT NULL DEFAULT '{}',
  manifest     jsonb,
  counts       jsonb NOT NULL DEFAULT '{}',
  data_until   timestamptz,
  created_at   timestamptz NOT NULL DEFAULT now(),
  published_at timestamptz
);

-- The intent: which snapshot readers should see. The pointer in KV follows it.
CREATE TABLE live_pointer (
  singleton            boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  live_snapshot_id     integer REFERENCES snapshots,
  previous_snapshot_id integer REFERENCES snapshots,
  generation           bigint NOT NULL DEFAULT 0,
  published_at         timestamptz
);
INSERT INTO live_pointer DEFAULT VALUES;

-- record: the very bytes of the customer's record in the KV shard (shared/snapshot/userRecord.ts).
CREATE TABLE snapshot_users (
  snapshot_id     integer NOT NULL,
  customer_key    bigint NOT NULL,
  customer_number integer NOT NULL,
  record          bytea NOT NULL
) PARTITION BY LIST (snapshot_id);
ALTER TABLE snapshot_users ALTER COLUMN record SET STORAGE PLAIN;

-- kind: similar, pairs (key = item number) or popular (key = hash of the list's name);
-- record: the bytes of shared/snapshot/itemList.ts.
CREATE TABLE snapshot_lists (
  snapshot_id integer NOT NULL,
  kind        text NOT NULL,
  list_key    bigint NOT NULL,
  record      bytea NOT NULL
) PARTITION BY LIST (snapshot_id);
ALTER TABLE snapshot_lists ALTER COLUMN record SET STORAGE PLAIN;

-- Analytics and other whole documents of a snapshot.
CREATE TABLE snapshot_documents (
  snapshot_id integer NOT NULL REFERENCES snapshots,
  name        text NOT NULL,
  document    jsonb NOT NULL,
  PRIMARY KEY (snapshot_id, name)
);

-- Item numbers inside a record: n little-endian integers of 2 or 3 bytes from an offset.
CREATE FUNCTION record_item_numbers(record bytea, byte_offset integer, n integer, width integer)
RETURNS integer[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT coalesce(array_agg(
    get_byte(record, byte_offset + i * width)
    + (get_byte(record, byte_offset + i * width + 1) << 8)
    + CASE WHEN width = 3 THEN get_byte(record, byte_offset + i * width + 2) << 16 ELSE 0 END
    ORDER BY i), '{}')
  FROM generate_series(0, n - 1) AS i
$$;

-- The scores of a user record: byte q > 0 stands for 10^(-6 (255 - q) / 254), 0 for none.
CREATE FUNCTION record_scores(record bytea, byte_offset integer, n integer)
RETURNS real[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT coalesce(array_agg(
    CASE WHEN get_byte(record, byte_offset + i) = 0 THEN NULL
         ELSE power(10::float8, -6 * (255 - get_byte(record, byte_offset + i)) / 254.0)::real END
    ORDER BY i), '{}')
  FROM generate_series(0, n - 1) AS i
$$;

CREATE FUNCTION product_ids_of(item_numbers integer[])
RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT coalesce(array_agg(p.product_id ORDER BY n.position), '{}')
  FROM unnest(item_numbers) WITH ORDINALITY AS n (item_number, position)
  JOIN products p USING (item_number)
$$;

-- The three plain checks: one row per customer or product of the live snapshot.
CREATE VIEW offline_user_recommendations AS
SELECT c.unified_customer_id,
       product_ids_of(record_item_numbers(u.record, 8, get_byte(u.record, 2), (s.layout->>'item_width')::int)) AS product_ids,
       record_scores(u.record, 8 + (s.layout->>'user_recommendations')::int * (s.layout->>'item_width')::int,
                     get_byte(u.record, 2)) AS scores,
       u.snapshot_id,
       l.published_at AS updated_at
FROM live_pointer l
JOIN snapshots s ON s.snapshot_id = l.live_snapshot_id
JOIN snapshot_users u ON u.snapshot_id = l.live_snapshot_id
LEFT JOIN customers c ON c.customer_number = u.customer_number;

CREATE VIEW offline_item_affinity AS
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
LEFT JOIN customers c ON c.customer_number = u.customer_number;

CREATE VIEW offline_similar_items AS
SELECT p.product_id,
       product_ids_of(record_item_numbers(r.record, 4, get_byte(r.record, 0), (s.layout->>'item_width')::int)) AS similar_product_ids,
       r.snapshot_id,
       l.published_at AS updated_at
FROM live_pointer l
JOIN snapshots s ON s.snapshot_id = l.live_snapshot_id
JOIN snapshot_lists r ON r.snapshot_id = l.live_snapshot_id AND r.kind = 'similar'
LEFT JOIN products p ON p.item_number = r.list_key::integer;

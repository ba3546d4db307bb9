-- People who asked to be forgotten. What is kept of them is what keeps them from coming back.

CREATE TABLE erasures (
  erasure_id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  requested_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- What they were called outside Postgres, until all of it is gone; then NULL.
  customer_numbers integer[],
  kv_keys          bigint[],
  completed_at     timestamptz,
  report           jsonb NOT NULL DEFAULT '[]'
);

-- Keyed hashes of their ids: nothing can be read from them, but the same id is recognised when it comes again.
CREATE TABLE erased_ids (
  id_hash    bytea PRIMARY KEY,
  erasure_id bigint NOT NULL REFERENCES erasures
);
CREATE INDEX erased_ids_by_erasure ON erased_ids (erasure_id);

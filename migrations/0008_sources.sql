-- What is known of each source of orders, and the records of theirs that could not be used.

ALTER TABLE sync_state
  ADD COLUMN last_attempt_at timestamptz,
  -- Code and message of the failure since the last success; NULL when the last attempt succeeded.
  ADD COLUMN last_error      text;
COMMENT ON COLUMN sync_state.cursor IS 'JSON: for products, customers and orders, where the next read begins';
COMMENT ON COLUMN sync_state.fingerprint IS 'of the settings the source was last read with';

CREATE TABLE sync_rejects (
  source  text NOT NULL,
  kind    text NOT NULL CHECK (kind IN ('products', 'customers', 'orders')),
  -- The file it stood in; empty where records come one by one.
  place   text NOT NULL,
  -- Its line in the file, or its id.
  record  text NOT NULL,
  reason  text NOT NULL,
  -- The record with what identifies a person masked.
  excerpt text NOT NULL,
  seen_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (source, kind, place, record)
);

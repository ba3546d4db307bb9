-- What sync tells readers between two snapshots: two documents in KV, sync/availability and sync/recent.

ALTER TABLE snapshots
  -- The newest order that the snapshot knows: later ones are recent, however old their date is.
  ADD COLUMN last_order_number integer,
  -- What the snapshot's catalogue says of each product: batch/overlay/catalogueState.ts.
  ADD COLUMN catalogue bytea;

-- One row a document. Whoever writes it holds its row; the version grows with every write.
CREATE TABLE overlay_documents (
  name         text PRIMARY KEY CHECK (name IN ('availability', 'recent')),
  version      bigint NOT NULL DEFAULT 0,
  -- Of what was last written, but for version and time: the same again is not written.
  content_hash bytea,
  entries      integer NOT NULL DEFAULT 0,
  -- Entries that did not fit.
  left_out     integer NOT NULL DEFAULT 0,
  written_at   timestamptz
);
INSERT INTO overlay_documents (name) VALUES ('availability'), ('recent');

-- When an id became known: later than the live snapshot, its readers cannot find it there.
ALTER TABLE customer_alias ADD COLUMN created_at timestamptz NOT NULL DEFAULT '-infinity';
ALTER TABLE customer_alias ALTER COLUMN created_at SET DEFAULT now();

-- Erased people are known again by their e-mail and phone too, under whatever id they come.

-- Keyed hashes (batch/identity/contactReader.ts) of contacts that were theirs alone.
CREATE TABLE erased_contacts (
  value_hash bytea PRIMARY KEY,
  erasure_id bigint NOT NULL REFERENCES erasures
);
CREATE INDEX erased_contacts_by_erasure ON erased_contacts (erasure_id);

-- The contact by which an id was recognised after the erasure; NULL: it was theirs then.
ALTER TABLE erased_ids ADD COLUMN by_contact bytea;
CREATE INDEX erased_ids_by_contact ON erased_ids (by_contact) WHERE by_contact IS NOT NULL;

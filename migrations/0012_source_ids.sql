-- Whose customers and products the ids of a source name.

-- A source without a row has customers of its own, whose ids mean others than the same ids of another source, and
-- products of the shop, whose ids mean the same everywhere. batch/identity/sourceIds.ts
CREATE TABLE source_ids (
  source          text PRIMARY KEY,
  -- The source whose customer ids are meant; itself: its own.
  customer_ids_of text NOT NULL,
  own_products    boolean NOT NULL
);
CREATE INDEX source_ids_by_customers ON source_ids (customer_ids_of);

-- Until now an id that led elsewhere was an article number, as no other id did.
ALTER TABLE product_alias ADD COLUMN is_article boolean NOT NULL DEFAULT false;
UPDATE product_alias SET is_article = true WHERE variant_id = '' AND product_id <> source_id;
CREATE INDEX product_alias_by_id ON product_alias (source_id);

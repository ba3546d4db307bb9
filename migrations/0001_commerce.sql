-- What a shop sells and has sold. The order is the unit of loading.

CREATE TABLE products (
  product_id          text PRIMARY KEY CHECK (length(product_id) BETWEEN 1 AND 256),
  -- Small stable number: snapshots name products by it, so unchanged parts keep their bytes.
  item_number         integer GENERATED ALWAYS AS IDENTITY UNIQUE,
  product_name        text NOT NULL,
  url                 text,
  handle              text,
  default_variant_id  text,
  price               numeric(12, 2),
  currency            text,
  category_path       text[] NOT NULL DEFAULT '{}',
  image_url           text,
  available           boolean NOT NULL DEFAULT true,
  -- False for postage, fees, vouchers, manual entries: never trained on, never recommended.
  recommendable       boolean NOT NULL DEFAULT true,
  created_at          timestamptz NOT NULL DEFAULT now(),
  updated_at          timestamptz NOT NULL DEFAULT now()
);
COMMENT ON COLUMN products.category_path IS 'department first, aisle last';

CREATE TABLE customers (
  unified_customer_id text PRIMARY KEY CHECK (length(unified_customer_id) BETWEEN 1 AND 256),
  -- Pseudonym used outside Postgres (USER_ID in exports).
  customer_number     integer GENERATED ALWAYS AS IDENTITY UNIQUE,
  customer_name       text,
  email               text,
  phone               text,
  province            text,
  city                text,
  created_at          timestamptz NOT NULL DEFAULT now(),
  updated_at          timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE customer_alias (
  source              text NOT NULL,
  source_id           text NOT NULL,
  unified_customer_id text NOT NULL,
  PRIMARY KEY (source, source_id)
);
CREATE INDEX customer_alias_by_customer ON customer_alias (unified_customer_id);

CREATE TABLE product_alias (
  source     text NOT NULL,
  source_id  text NOT NULL,
  variant_id text NOT NULL DEFAULT '',
  product_id text NOT NULL,
  PRIMARY KEY (source, source_id, variant_id)
);
CREATE INDEX product_alias_by_product ON product_alias (product_id);

CREATE TABLE orders (
  order_id            text PRIMARY KEY CHECK (length(order_id) BETWEEN 1 AND 256),
  order_number        integer GENERATED ALWAYS AS IDENTITY UNIQUE,
  source              text NOT NULL,
  -- NULL: a guest order; counts for popularity and pairs, not for a personal list.
  unified_customer_id text,
  ordered_at          timestamptz NOT NULL,
  status              text NOT NULL DEFAULT 'completed' CHECK (status IN ('completed', 'cancelled', 'returned')),
  province            text,
  city                text,
  -- Hash of the order's content: the same order again changes nothing.
  content_hash        bytea NOT NULL,
  updated_at          timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX orders_by_customer ON orders (unified_customer_id) WHERE unified_customer_id IS NOT NULL;
CREATE INDEX orders_by_time ON orders (ordered_at);

-- Numbers, not ids, and no foreign keys: two million rows load with COPY and an order's lines are
-- only ever written together with their order, in one transaction. order_lines shows them readably.
CREATE TABLE order_items (
  order_number integer NOT NULL,
  line_number  integer NOT NULL,
  item_number  integer NOT NULL,
  quantity     integer NOT NULL,
  price        numeric(12, 2) NOT NULL,
  PRIMARY KEY (order_number, line_number)
);

CREATE VIEW order_lines AS
SELECT o.order_id, o.unified_customer_id, o.ordered_at, o.status, o.province, o.city,
       i.line_number, p.product_id, p.product_name, i.quantity, i.price
FROM order_items i
JOIN orders o USING (order_number)
JOIN products p USING (item_number);

CREATE TABLE events (
  event_id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  unified_customer_id text,
  product_id          text,
  event_type          text NOT NULL,
  happened_at         timestamptz NOT NULL,
  properties          jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX events_by_time ON events (happened_at);

CREATE TABLE sync_state (
  source          text PRIMARY KEY,
  cursor          text,
  -- Fingerprint of the last input, so that an unchanged input is recognised.
  fingerprint     text,
  last_success_at timestamptz,
  newest_order_at timestamptz,
  counts          jsonb NOT NULL DEFAULT '{}'
);

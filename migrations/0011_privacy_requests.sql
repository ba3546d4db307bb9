-- What shops have asked for by webhook: to erase a customer, to report what is held of one.

CREATE TABLE privacy_requests (
  request_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  source      text NOT NULL,
  kind        text NOT NULL CHECK (kind IN ('erase', 'report', 'erase_shop')),
  -- As the source calls them; NULL for a whole shop, and when the request is done.
  customer_id text,
  received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  done_at     timestamptz,
  outcome     text
);
CREATE INDEX privacy_requests_open ON privacy_requests (request_id) WHERE done_at IS NULL;

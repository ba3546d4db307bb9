-- Every run, step and cloud job, and the lease that lets one run at a time go live.

CREATE TABLE batch_job_metadata (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  run_id      text NOT NULL,
  kind        text NOT NULL CHECK (kind IN ('run', 'step', 'job')),
  name        text NOT NULL,
  status      text NOT NULL CHECK (status IN ('running', 'waiting', 'succeeded', 'failed', 'skipped', 'held')),
  arn         text,
  counts      jsonb NOT NULL DEFAULT '{}',
  error       jsonb,
  cost_usd    numeric(12, 4),
  started_at  timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz,
  UNIQUE (run_id, kind, name)
);
CREATE INDEX batch_job_metadata_newest ON batch_job_metadata (started_at DESC);

CREATE TABLE lease (
  name       text PRIMARY KEY,
  holder     text NOT NULL,
  -- Grows with every change of hands; a statement that goes live checks it.
  token      bigint NOT NULL,
  expires_at timestamptz NOT NULL
);

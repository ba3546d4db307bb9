-- What the gate found in a snapshot, and how well lists foretold the orders that came after them.

-- {"verdict": "passed" | "held" | "forced", "checks": [{check, verdict, found, limit, remedy}]}
ALTER TABLE snapshots ADD COLUMN gate jsonb;

-- result: batch/evaluation/evaluation.ts
CREATE TABLE evaluations (
  evaluation_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  run_id        text NOT NULL,
  made_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
  result        jsonb NOT NULL
);

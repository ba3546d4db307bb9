-- What a run decided when it began, and why a step was left out.

ALTER TABLE batch_job_metadata
  -- Of a run: the run whose recommender's outputs it loads, itself when it infers.
  ADD COLUMN outputs_of text,
  -- Why a step was skipped, or what kind of training the run decided on.
  ADD COLUMN note text;

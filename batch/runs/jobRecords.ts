export interface JobRecord {
  /** Unique within the run, e.g. `batch-inference/user-personalization`. */
  readonly name: string;
  readonly status: 'running' | 'succeeded' | 'failed' | 'skipped';
  readonly arn?: string | null;
  readonly counts?: Readonly<Record<string, number>>;
  readonly error?: { readonly code: string; readonly message: string; readonly remedy: string } | null;
}

/** Rows of kind 'job' of this run in batch_job_metadata. */
export interface JobRecords {
  /** Writes or replaces the row of the job. */
  record(job: JobRecord): Promise<void>;
}

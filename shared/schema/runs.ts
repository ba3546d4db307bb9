import { bigint, index, jsonb, numeric, pgTable, text, timestamp, unique } from 'drizzle-orm/pg-core';

const time = (name: string) => timestamp(name, { withTimezone: true });

export const JOB_KINDS = ['run', 'step', 'job'] as const;
export const JOB_STATUSES = ['running', 'waiting', 'succeeded', 'failed', 'skipped', 'held'] as const;

/** Every run, its steps, and the cloud jobs they started. */
export const batchJobMetadata = pgTable(
  'batch_job_metadata',
  {
    id: bigint({ mode: 'number' }).generatedAlwaysAsIdentity().primaryKey(),
    run_id: text().notNull(),
    kind: text({ enum: JOB_KINDS }).notNull(),
    name: text().notNull(),
    status: text({ enum: JOB_STATUSES }).notNull(),
    arn: text(),
    counts: jsonb().notNull().default({}),
    error: jsonb(),
    cost_usd: numeric({ precision: 12, scale: 4 }),
    started_at: time('started_at').notNull().defaultNow(),
    finished_at: time('finished_at'),
    /** Of a run: the run whose recommender's outputs it loads, itself when it infers. */
    outputs_of: text(),
    /** Why a step was skipped, or what the run decided on training. */
    note: text(),
  },
  (t) => [unique().on(t.run_id, t.kind, t.name), index('batch_job_metadata_newest').on(t.started_at)],
);

/** One run at a time goes live: its holder's token is the newest. */
export const lease = pgTable('lease', {
  name: text().primaryKey(),
  holder: text().notNull(),
  token: bigint({ mode: 'number' }).notNull(),
  expires_at: time('expires_at').notNull(),
});

import {
  bigint,
  boolean,
  integer,
  jsonb,
  pgTable,
  pgView,
  primaryKey,
  real,
  text,
  timestamp,
} from 'drizzle-orm/pg-core';
import { bytea } from './bytea.ts';

const time = (name: string) => timestamp(name, { withTimezone: true });

export const SNAPSHOT_STATES = ['loading', 'ready', 'published', 'held', 'failed', 'pruned'] as const;
export const ENGINES = ['aws', 'embedded'] as const;

export const snapshots = pgTable('snapshots', {
  snapshot_id: integer().generatedAlwaysAsIdentity().primaryKey(),
  run_id: text().notNull().unique(),
  state: text({ enum: SNAPSHOT_STATES }).notNull().default('loading'),
  engine: text({ enum: ENGINES }).notNull(),
  layout: jsonb().notNull().default({}),
  manifest: jsonb(),
  counts: jsonb().notNull().default({}),
  data_until: time('data_until'),
  created_at: time('created_at').notNull().defaultNow(),
  published_at: time('published_at'),
  /** Set by hand: the batch deletes it. */
  purge_requested_at: time('purge_requested_at'),
  purge_requested_by: text(),
  /** The newest order the snapshot knows. */
  last_order_number: integer(),
  /** What its catalogue says of each product: batch/overlay/catalogueState.ts. */
  catalogue: bytea('catalogue'),
  /** batch/gate/gateReport.ts */
  gate: jsonb(),
});

/** One row: the snapshot readers should see. The pointer in KV follows it. */
export const livePointer = pgTable('live_pointer', {
  singleton: boolean().primaryKey().default(true),
  live_snapshot_id: integer().references(() => snapshots.snapshot_id),
  previous_snapshot_id: integer().references(() => snapshots.snapshot_id),
  generation: bigint({ mode: 'number' }).notNull().default(0),
  published_at: time('published_at'),
});

/** One partition a snapshot; each partition is unique by customer_key. */
export const snapshotUsers = pgTable('snapshot_users', {
  snapshot_id: integer().notNull(),
  customer_key: bigint({ mode: 'bigint' }).notNull(),
  customer_number: integer().notNull(),
  /** shared/snapshot/userRecord.ts */
  record: bytea('record').notNull(),
});

export const LIST_KINDS = ['similar', 'pairs', 'popular'] as const;

/** One partition a snapshot; each partition is unique by kind and list_key. */
export const snapshotLists = pgTable('snapshot_lists', {
  snapshot_id: integer().notNull(),
  kind: text({ enum: LIST_KINDS }).notNull(),
  list_key: bigint({ mode: 'bigint' }).notNull(),
  /** shared/snapshot/itemList.ts */
  record: bytea('record').notNull(),
});

export const snapshotDocuments = pgTable(
  'snapshot_documents',
  {
    snapshot_id: integer()
      .notNull()
      .references(() => snapshots.snapshot_id),
    name: text().notNull(),
    document: jsonb().notNull(),
  },
  (t) => [primaryKey({ columns: [t.snapshot_id, t.name] })],
);

export const OVERLAY_NAMES = ['availability', 'recent'] as const;

/** What sync tells readers between two snapshots: one row a document in KV. */
export const overlayDocuments = pgTable('overlay_documents', {
  name: text({ enum: OVERLAY_NAMES }).primaryKey(),
  version: bigint({ mode: 'number' }).notNull().default(0),
  content_hash: bytea('content_hash'),
  entries: integer().notNull().default(0),
  left_out: integer().notNull().default(0),
  written_at: time('written_at'),
});

/** Lists scored on the orders after them: batch/evaluation/evaluation.ts. */
export const evaluations = pgTable('evaluations', {
  evaluation_id: bigint({ mode: 'number' }).generatedAlwaysAsIdentity().primaryKey(),
  run_id: text().notNull(),
  made_at: time('made_at').notNull().defaultNow(),
  result: jsonb().notNull(),
});

/** Readable views of the live snapshot, one row per customer or product. */
export const offlineUserRecommendations = pgView('offline_user_recommendations', {
  unified_customer_id: text(),
  product_ids: text().array().notNull(),
  scores: real().array().notNull(),
  snapshot_id: integer().notNull(),
  updated_at: time('updated_at').notNull(),
}).existing();

export const offlineItemAffinity = pgView('offline_item_affinity', {
  unified_customer_id: text(),
  product_ids: text().array().notNull(),
  snapshot_id: integer().notNull(),
  updated_at: time('updated_at').notNull(),
}).existing();

export const offlineSimilarItems = pgView('offline_similar_items', {
  product_id: text(),
  similar_product_ids: text().array().notNull(),
  snapshot_id: integer().notNull(),
  updated_at: time('updated_at').notNull(),
}).existing();

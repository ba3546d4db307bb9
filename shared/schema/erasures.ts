import { bigint, integer, jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import { bytea } from './bytea.ts';

const time = (name: string) => timestamp(name, { withTimezone: true });

/** People who asked to be forgotten. What they were called outside Postgres is null once all of it is gone. */
export const erasures = pgTable('erasures', {
  erasure_id: bigint({ mode: 'number' }).generatedAlwaysAsIdentity().primaryKey(),
  requested_at: time('requested_at').notNull().defaultNow(),
  customer_numbers: integer().array(),
  kv_keys: bigint({ mode: 'bigint' }).array(),
  completed_at: time('completed_at'),
  report: jsonb().notNull().default([]),
});

/** Keyed hashes of their ids, by which a sync knows them again. */
export const erasedIds = pgTable('erased_ids', {
  id_hash: bytea('id_hash').primaryKey(),
  erasure_id: bigint({ mode: 'number' })
    .notNull()
    .references(() => erasures.erasure_id),
  /** The contact by which it was recognised later; null: it was theirs when they were erased. */
  by_contact: bytea('by_contact'),
});

/** Keyed hashes of e-mails and phones that were theirs alone. */
export const erasedContacts = pgTable('erased_contacts', {
  value_hash: bytea('value_hash').primaryKey(),
  erasure_id: bigint({ mode: 'number' })
    .notNull()
    .references(() => erasures.erasure_id),
});

/** What shops have asked for by webhook. `customer_id` is null for a whole shop, and when the request is done. */
export const privacyRequests = pgTable('privacy_requests', {
  request_id: bigint({ mode: 'number' }).generatedAlwaysAsIdentity().primaryKey(),
  source: text().notNull(),
  kind: text().notNull(),
  customer_id: text(),
  received_at: time('received_at').notNull().defaultNow(),
  done_at: time('done_at'),
  outcome: text(),
});

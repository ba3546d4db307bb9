import { bigint, boolean, integer, pgTable, pgView, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';
import { bytea } from './bytea.ts';

const time = (name: string) => timestamp(name, { withTimezone: true });

/** What the ids of a source mean; without a row: customers of its own, products of the shop. */
export const sourceIds = pgTable('source_ids', {
  source: text().primaryKey(),
  customer_ids_of: text().notNull(),
  own_products: boolean().notNull(),
});

/** Contacts that make no two customers one. */
export const sharedContacts = pgTable(
  'shared_contacts',
  {
    kind: text({ enum: ['email', 'phone'] }).notNull(),
    value_hash: bytea('value_hash').notNull(),
    reason: text({ enum: ['shared', 'junk'] }).notNull(),
    masked: text(),
    since: time('since').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.kind, t.value_hash] })],
);

/** Why two customers are one, a row a reason, kept when it ends. */
export const customerMerges = pgTable('customer_merges', {
  merge_id: bigint({ mode: 'number' }).generatedAlwaysAsIdentity().primaryKey(),
  kind: text({ enum: ['email', 'phone'] }).notNull(),
  value_hash: bytea('value_hash').notNull(),
  from_id: text().notNull(),
  into_id: text().notNull(),
  merged_at: time('merged_at').notNull().defaultNow(),
  ended_at: time('ended_at'),
  ended_why: text({ enum: ['undone', 'shared', 'changed'] }),
});

/** Orders that are another source's order told again. */
export const orderDoubles = pgTable('order_doubles', {
  order_number: integer().primaryKey(),
  counted_order_number: integer().notNull(),
  rule: text({ enum: ['reference', 'same_lines'] }).notNull(),
  decided_at: time('decided_at').notNull().defaultNow(),
});

/** Every id of every customer, merged-away ones included. */
export const customerNames = pgView('customer_names', {
  customer_number: integer(),
  unified_customer_id: text(),
}).existing();

/** The latest word of any source. */
export const customerMarketingConsent = pgView('customer_marketing_consent', {
  unified_customer_id: text(),
  marketing_consent: boolean(),
  marketing_consent_at: time('marketing_consent_at'),
  source: text(),
}).existing();

import {
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  numeric,
  pgTable,
  primaryKey,
  text,
  timestamp,
} from 'drizzle-orm/pg-core';
import { bytea } from './bytea.ts';

const time = (name: string) => timestamp(name, { withTimezone: true });

/** What the shop sells. `item_number` is the small stable number snapshots use. */
export const products = pgTable('products', {
  product_id: text().primaryKey(),
  item_number: integer().generatedAlwaysAsIdentity().notNull().unique(),
  product_name: text().notNull(),
  url: text(),
  handle: text(),
  default_variant_id: text(),
  price: numeric({ precision: 12, scale: 2 }),
  currency: text(),
  /** Department first, aisle last. */
  category_path: text().array().notNull().default([]),
  image_url: text(),
  available: boolean().notNull().default(true),
  recommendable: boolean().notNull().default(true),
  created_at: time('created_at').notNull().defaultNow(),
  updated_at: time('updated_at').notNull().defaultNow(),
});

/** Who buys. Names never leave this table; of e-mails and phones there are keyed hashes only, at customer_alias. */
export const customers = pgTable('customers', {
  unified_customer_id: text().primaryKey(),
  /** Pseudonym used outside Postgres: USER_ID in exports. */
  customer_number: integer().generatedAlwaysAsIdentity().notNull().unique(),
  customer_name: text(),
  province: text(),
  city: text(),
  /** Who this customer turned out to be; null: itself. */
  merged_into: text(),
  /** Where its source says it lives; province and city: where its latest order went, else this. */
  stated_province: text(),
  stated_city: text(),
  created_at: time('created_at').notNull().defaultNow(),
  updated_at: time('updated_at').notNull().defaultNow(),
});

export const customerAlias = pgTable(
  'customer_alias',
  {
    source: text().notNull(),
    source_id: text().notNull(),
    unified_customer_id: text().notNull(),
    created_at: time('created_at').notNull().defaultNow(),
    /** The customer the id names for itself, when that was merged. */
    merged_from: text(),
    email_hash: bytea('email_hash'),
    email_at: time('email_at'),
    phone_hash: bytea('phone_hash'),
    phone_at: time('phone_at'),
    marketing_consent: boolean(),
    marketing_consent_at: time('marketing_consent_at'),
  },
  (t) => [
    primaryKey({ columns: [t.source, t.source_id] }),
    index('customer_alias_by_customer').on(t.unified_customer_id),
  ],
);

export const productAlias = pgTable(
  'product_alias',
  {
    source: text().notNull(),
    source_id: text().notNull(),
    variant_id: text().notNull().default(''),
    product_id: text().notNull(),
    /** The id is an article number (SKU). */
    is_article: boolean().notNull().default(false),
  },
  (t) => [
    primaryKey({ columns: [t.source, t.source_id, t.variant_id] }),
    index('product_alias_by_product').on(t.product_id),
  ],
);

/** double: another source's order is this one, and counts. */
export const ORDER_STATUSES = ['completed', 'cancelled', 'returned', 'double'] as const;

/** `unified_customer_id` null: a guest order. */
export const orders = pgTable(
  'orders',
  {
    order_id: text().notNull(),
    order_number: integer().generatedAlwaysAsIdentity().notNull().unique(),
    source: text().notNull(),
    unified_customer_id: text(),
    ordered_at: time('ordered_at').notNull(),
    status: text({ enum: ORDER_STATUSES }).notNull().default('completed'),
    province: text(),
    city: text(),
    content_hash: bytea('content_hash').notNull(),
    updated_at: time('updated_at').notNull().defaultNow(),
    /** As the source calls the customer. */
    source_customer_id: text(),
    /** The number another system has for the order. */
    reference: text(),
    source_updated_at: time('source_updated_at'),
    /** Of a double: what its own source says. */
    told_status: text({ enum: ORDER_STATUSES }),
  },
  (t) => [
    primaryKey({ columns: [t.order_id, t.source] }),
    index('orders_by_customer').on(t.unified_customer_id),
    index('orders_by_time').on(t.ordered_at),
  ],
);

export const orderItems = pgTable(
  'order_items',
  {
    order_number: integer().notNull(),
    line_number: integer().notNull(),
    item_number: integer().notNull(),
    quantity: integer().notNull(),
    price: numeric({ precision: 12, scale: 2 }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.order_number, t.line_number] })],
);

export const events = pgTable(
  'events',
  {
    event_id: bigint({ mode: 'number' }).generatedAlwaysAsIdentity().primaryKey(),
    unified_customer_id: text(),
    product_id: text(),
    event_type: text().notNull(),
    happened_at: time('happened_at').notNull(),
    properties: jsonb().notNull().default({}),
  },
  (t) => [index('events_by_time').on(t.happened_at)],
);

export const syncState = pgTable('sync_state', {
  source: text().primaryKey(),
  cursor: text(),
  fingerprint: text(),
  last_success_at: time('last_success_at'),
  newest_order_at: time('newest_order_at'),
  counts: jsonb().notNull().default({}),
  last_attempt_at: time('last_attempt_at'),
  last_error: text(),
});

/** Records that could not be used, masked; gone when the source has them right. */
export const syncRejects = pgTable(
  'sync_rejects',
  {
    source: text().notNull(),
    kind: text().notNull(),
    place: text().notNull(),
    record: text().notNull(),
    reason: text().notNull(),
    excerpt: text().notNull(),
    seen_at: time('seen_at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.source, t.kind, t.place, t.record] })],
);

import { bigint, boolean, jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core';

const time = (name: string) => timestamp(name, { withTimezone: true });

/** Every change made by hand: by whom, what stood before, what stands after. Only ever added to. */
export const adminAudit = pgTable('admin_audit', {
  audit_id: bigint({ mode: 'number' }).generatedAlwaysAsIdentity().primaryKey(),
  happened_at: time('happened_at').notNull().defaultNow(),
  actor: text().notNull(),
  role: text().notNull(),
  action: text().notNull(),
  subject: text().notNull(),
  before: jsonb(),
  after: jsonb(),
});

/** The shop's rules; changed by the function change_rule() only. */
export const rules = pgTable('rules', {
  rule_id: text().primaryKey(),
  /** shared/rules/rule.ts */
  rule: jsonb().notNull(),
  /** shared/rules/rulesDocument.ts, without item numbers */
  applied: jsonb().notNull(),
  created_by: text().notNull(),
  created_at: time('created_at').notNull().defaultNow(),
  updated_by: text().notNull(),
  updated_at: time('updated_at').notNull().defaultNow(),
});

/** One row: the version of the rules. */
export const ruleBook = pgTable('rule_book', {
  singleton: boolean().primaryKey().default(true),
  version: bigint({ mode: 'number' }).notNull().default(0),
  updated_at: time('updated_at'),
  drill: jsonb(),
  drill_until: time('drill_until'),
});

import * as z from 'zod';
import { lazily } from '../../shared/lazily.ts';
import type { RuleDraft } from '../../shared/rules/rule.ts';
import { ProblemError } from '../problem.ts';
import { compileRule } from '../rules/compileRule.ts';
import type { AdminSql } from './adminStore.ts';
import type { Admin } from './authenticate.ts';
import { RuleEntry } from './shapes.ts';

const BookRow = lazily(() => z.object({ book: z.object({ version: z.int(), rules: z.array(RuleEntry()) }) }));
const BOOK = `SELECT jsonb_build_object('version', version, 'rules', coalesce((
  SELECT jsonb_agg(jsonb_build_object('id', rule_id, 'rule', rule, 'created_by', created_by, 'created_at', created_at,
    'updated_by', updated_by, 'updated_at', updated_at) ORDER BY created_at, rule_id) FROM rules), '[]')) AS book
  FROM rule_book`;

/** All rules as they were written, and their version. */
export async function readRules(sql: AdminSql): Promise<{ version: number; rules: RuleEntry[] }> {
  const [row] = await sql.rows(BookRow(), BOOK, []);
  if (row === undefined) throw new Error('rule_book has no row');
  return row.book;
}

export interface RuleChange {
  readonly admin: Admin;
  /** The version the change was made from. */
  readonly expected: number;
  readonly id: string;
  /** Null: the rule is deleted. */
  readonly rule: RuleDraft | null;
  readonly isNew: boolean;
}

const Changed = lazily(() =>
  z.object({
    result: z.object({ outcome: z.enum(['saved', 'conflict', 'unknown', 'full']), version: z.int() }),
  }),
);

/** Changes one rule if nobody else has changed any meanwhile. Returns the new version. Throws ProblemError. */
export async function changeRule(sql: AdminSql, change: RuleChange): Promise<number> {
  const { admin, expected, id, rule, isNew } = change;
  const [row] = await sql.rows(
    Changed(),
    'SELECT change_rule($1, $2, $3::bigint, $4, $5::jsonb, $6::jsonb, $7::boolean) AS result',
    [
      ...[admin.name, admin.role, expected, id],
      rule === null ? null : JSON.stringify(rule),
      rule === null ? null : JSON.stringify(compileRule(rule)),
      String(isNew),
    ],
  );
  if (row === undefined) throw new Error('change_rule() gave no row');
  const { outcome, version } = row.result;
  if (outcome === 'saved') return version;
  if (outcome === 'conflict')
    throw new ProblemError(
      'version_conflict',
      `the rules are at version ${version}: read them and try again`,
    );
  if (outcome === 'full') throw new ProblemError('conflict', 'there are 500 rules: delete some');
  throw new ProblemError('not_found', `there is no rule ${id}`);
}

const ItemRow = lazily(() => z.object({ product_id: z.string(), item_number: z.int() }));
const ITEMS = `SELECT product_id, item_number FROM products
  WHERE product_id IN (SELECT jsonb_array_elements_text($1::jsonb))`;

/** Item numbers of the products a rule names, in their order, and the names nobody knows. */
export async function findProducts(
  sql: AdminSql,
  rule: RuleDraft,
): Promise<{ items: number[]; unknown: string[] }> {
  const named = 'products' in rule.target ? rule.target.products : [];
  if (named.length === 0) return { items: [], unknown: [] };
  const rows = await sql.rows(ItemRow(), ITEMS, [JSON.stringify(named.filter((id) => !id.includes('\0')))]);
  const numbers = new Map(rows.map((row) => [row.product_id, row.item_number]));
  return {
    items: named.flatMap((id) => numbers.get(id) ?? []),
    unknown: named.filter((id) => !numbers.has(id)),
  };
}

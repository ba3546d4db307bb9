import * as z from 'zod';
import { textUpTo } from '../api/text.ts';
import { lazily } from '../lazily.ts';
import { PLACEMENTS } from './placement.ts';

/** Postgres keeps no zero character, and no half of a surrogate pair. */
const kept = (most: number) =>
  textUpTo(most).refine((text) => text.isWellFormed() && !text.includes('\0'), 'must be readable text');
function ruleDraft() {
  const name = kept(256)
    .regex(/\S/, 'must not be blank')
    .trim()
    .meta({ maxLength: 256, pattern: '^[^\\u0000]*[^\\s\\u0000][^\\u0000]*$' });
  const instant = z.iso.datetime({ offset: true });

  const Products = z.strictObject({ products: z.array(name).min(1).max(100) }, 'must name products');
  /** Products a rule acts upon: named ones, or all of a category (any level of the path, by its name). */
  const Target = z.union([Products, z.strictObject({ category: name })]);

  const Scope = z.object({
    /** Where the rule holds; null = everywhere. */
    placements: z.array(z.enum(PLACEMENTS)).min(1).max(PLACEMENTS.length).nullable().default(null),
    /** Only in lists asked for this category, or about a product of it; null = any. */
    in_category: name.nullable().default(null),
    /** Only for shoppers of this province; null = any. */
    province: name.nullable().default(null),
    /** ISO 8601; null = from ever, for ever. */
    valid_from: instant.nullable().default(null),
    valid_until: instant.nullable().default(null),
    note: kept(500).meta({ maxLength: 500, pattern: '^[^\\u0000]*$' }).nullable().default(null),
  });

  const places = z.int().min(1).max(100);

  return z
    .discriminatedUnion('effect', [
      /** Stands at `position`, 1 = first, whatever the list says. */
      Scope.extend({ effect: z.literal('pin'), target: Products, position: z.int().min(1).max(50) }).strict(),
      /** Up or down by `places`, when it is in the list. */
      Scope.extend({ effect: z.literal('boost'), target: Target, places: places.default(10) }).strict(),
      Scope.extend({ effect: z.literal('bury'), target: Target, places: places.default(100) }).strict(),
      /** Never shown. */
      Scope.extend({ effect: z.literal('hide'), target: Target }).strict(),
    ])
    .refine((rule) => ordered(rule.valid_from, rule.valid_until), {
      path: ['valid_until'],
      message: 'must be after valid_from',
    });
}

/** What a merchandiser may order, as it is sent and kept. */
export const RuleDraft = lazily(ruleDraft);
export type RuleDraft = z.infer<ReturnType<typeof RuleDraft>>;

function ordered(from: string | null, until: string | null): boolean {
  return from === null || until === null || Date.parse(from) < Date.parse(until);
}

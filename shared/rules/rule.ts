import * as z from 'zod';
import { PLACEMENTS } from './placement.ts';

const name = z.string().trim().min(1).max(256);
const instant = z.iso.datetime({ offset: true });

/** Products a rule acts upon: named ones, or all of a category (any level of the path, by its name). */
const Target = z.union([
  z.strictObject({ products: z.array(name).min(1).max(100) }),
  z.strictObject({ category: name }),
]);

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
  note: z.string().max(500).nullable().default(null),
});

const places = z.int().min(1).max(100);

/** What a merchandiser may order, as it is sent and kept. */
export const RuleDraft = z
  .discriminatedUnion('effect', [
    /** Stands at `position`, 1 = first, whatever the list says. */
    Scope.extend({ effect: z.literal('pin'), target: Target, position: z.int().min(1).max(50) }).strict(),
    /** Up or down by `places`, when it is in the list. */
    Scope.extend({ effect: z.literal('boost'), target: Target, places: places.default(10) }).strict(),
    Scope.extend({ effect: z.literal('bury'), target: Target, places: places.default(100) }).strict(),
    /** Never shown. */
    Scope.extend({ effect: z.literal('hide'), target: Target }).strict(),
  ])
  .refine((rule) => rule.effect !== 'pin' || 'products' in rule.target, {
    path: ['target'],
    message: 'of a pin must name products',
  })
  .refine((rule) => ordered(rule.valid_from, rule.valid_until), {
    path: ['valid_until'],
    message: 'must be after valid_from',
  });
export type RuleDraft = z.infer<typeof RuleDraft>;

function ordered(from: string | null, until: string | null): boolean {
  return from === null || until === null || Date.parse(from) < Date.parse(until);
}

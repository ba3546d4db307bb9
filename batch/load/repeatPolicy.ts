import type { Products } from '../evidence/readProducts.ts';
import type { RepeatVerdict } from '../policy/policyPart.ts';

/** Whether a product is bought again by one who has it, by item number. */
export interface RepeatPolicy {
  /** 1: who has bought it is not shown it again. */
  readonly never: Uint8Array;
  /** 1: who has bought it may be shown it like anybody else, among popular products too. */
  readonly always: Uint8Array;
  /** Names of the setting that no product's category has. */
  readonly unknown: readonly string[];
}

/**
 * Spreads what the shop says of categories over its products; the deepest category that is named decides, names
 * are compared without case. What is not named, or `learnt`, is left to the recommender, which has learnt from
 * the orders how often each thing is bought again. O(products × category depth).
 */
export function createRepeatPolicy(
  repeats: Readonly<Record<string, RepeatVerdict>>,
  { maxItem, categoryOf, categoryPaths }: Pick<Products, 'maxItem' | 'categoryOf' | 'categoryPaths'>,
): RepeatPolicy {
  const verdicts = new Map(Object.entries(repeats).map(([name, verdict]) => [keyOf(name), verdict]));
  const named = new Set<string>();
  const ofCategory = categoryPaths.map((path) => {
    const known = path.map(keyOf).filter((name) => verdicts.has(name));
    for (const name of known) named.add(name);
    return verdicts.get(known.at(-1) ?? '') ?? 'learnt';
  });
  const never = new Uint8Array(maxItem + 1);
  const always = new Uint8Array(maxItem + 1);
  if (named.size > 0) {
    for (let item = 1; item <= maxItem; item++) {
      const verdict = ofCategory[categoryOf[item] as number];
      if (verdict === 'no') never[item] = 1;
      if (verdict === 'yes') always[item] = 1;
    }
  }
  return { never, always, unknown: Object.keys(repeats).filter((name) => !named.has(keyOf(name))) };
}

const keyOf = (name: string): string => name.trim().toLocaleLowerCase('en');

import { type ActiveRules, activeRules } from '../../shared/rules/activeRules.ts';
import { applyRules } from '../../shared/rules/applyRules.ts';
import type { Placement } from '../../shared/rules/placement.ts';
import type { EdgeRule } from '../../shared/rules/rulesDocument.ts';
import { ProblemError } from '../problem.ts';
import { compileRule } from '../rules/compileRule.ts';
import { readTruth } from '../rules/mirrorRules.ts';
import type { Reader } from '../stores/ladder.ts';
import type { Caller } from '../stores/scope.ts';
import { settled } from '../stores/suspend.ts';
import type { Administration } from './administration.ts';
import { findProducts } from './ruleStore.ts';
import { type SampledList, sampleLists } from './sampleLists.ts';
import type { Blast, RulePreview, RulePreviewQuestion } from './shapes.ts';

const FIRST_PAGE = 10;

/** What a change of the rules would do to the lists of the live snapshot, before it is made. Throws ProblemError. */
export async function previewRule(
  admin: Administration,
  { id, rule }: RulePreviewQuestion,
  caller: Caller,
): Promise<RulePreview> {
  const truth = await readTruth(admin.sql);
  const { items, unknown } = rule === null ? { items: [], unknown: [] } : await findProducts(admin.sql, rule);
  if (id !== null && !truth.rules.some((known) => known.id === id))
    throw new ProblemError('not_found', `there is no rule ${id}, or it has ended`);
  const others = truth.rules.filter((known) => known.id !== id);
  const changed = rule === null ? [] : [{ ...compileRule(rule), id: id ?? 'new', items }];
  const sides = { before: truth.rules, after: [...others, ...changed] };
  const reader = admin.edge.open(caller);
  const sample = await sampleLists(admin, reader);
  const all = [...sample.users, ...sample.similar, ...sample.places];
  const pathOf = await categoryPaths(reader, all, [...sides.before, ...sides.after]);
  const blast = (lists: readonly SampledList[], group: readonly Placement[]) =>
    blastOf(lists, { ...sides, pathOf, now: admin.clock.now(), placement: placementOf(group, changed) });
  return {
    snapshot: sample.snapshot,
    version: truth.version,
    unknown_products: unknown,
    lists: blast(sample.users, ['user', 'item-affinity', 'next']),
    similar: blast(sample.similar, ['similar', 'cart']),
    popular_places: blast(sample.places, ['by-location', 'popular', 'trending']),
  };
}

type PathOf = (item: number) => readonly string[];

interface Comparison {
  readonly before: readonly EdgeRule[];
  readonly after: readonly EdgeRule[];
  readonly pathOf: PathOf;
  readonly placement: Placement;
  readonly now: number;
}

function blastOf(
  lists: readonly SampledList[],
  { before, after, pathOf, placement, now }: Comparison,
): Blast {
  let changed = 0;
  for (const { items, province, seed } of lists) {
    const category = seed === null ? [] : pathOf(seed);
    const context = { placement, province, category, now };
    const [a, b] = [before, after].map((rules) =>
      firstPage(items, activeRules({ rules: [...rules] }, context), pathOf),
    );
    if (a !== b) changed++;
  }
  const share = lists.length === 0 ? null : Number((changed / lists.length).toFixed(4));
  return { sampled: lists.length, changed, share };
}

function firstPage(items: readonly number[], rules: ActiveRules | null, pathOf: PathOf): string {
  const entry = (item: number) => ({ item, categoryPath: () => pathOf(item) });
  const pinned = (rules?.pins ?? []).map(({ item }) => entry(item));
  const shown = applyRules(items.map(entry), { rules, pinned });
  return shown
    .slice(0, FIRST_PAGE)
    .map(({ item }) => item)
    .join();
}

/** Of a group of reads with alike lists, the first one for which the rule holds. */
function placementOf(group: readonly Placement[], [rule]: readonly EdgeRule[]): Placement {
  const first = group[0] as Placement;
  return group.find((placement) => rule?.placements?.includes(placement)) ?? first;
}

/** Reads cards only when a rule speaks of categories. */
async function categoryPaths(
  reader: Reader,
  lists: readonly SampledList[],
  rules: readonly EdgeRule[],
): Promise<PathOf> {
  if (!rules.some((rule) => rule.category !== null || rule.in_category !== null)) return () => [];
  const items = [
    ...new Set(lists.flatMap((list) => [...list.items, ...(list.seed === null ? [] : [list.seed])])),
  ];
  const { value } = await settled(() => reader.read('catalogue', (store) => store.cards(items)));
  const paths = new Map(items.map((item, i) => [item, value[i]?.product().category_path ?? []]));
  return (item) => paths.get(item) ?? [];
}

import { textColumn } from '../data/table.ts';
import { bind, type FilterRequest, sourceOf } from './bindings.ts';
import { anyOfTest, type Bindings, rowTest } from './condition.ts';
import { type FilterPart, parametersOf } from './expression.ts';
import type { FilterData } from './filterData.ts';
import { filterProblem } from './parameters.ts';

/** True for item indexes that pass; null: all do. */
export type ItemTest = ((item: number) => boolean) | null;

/** A filter of items, applied to what the engine gives. Indexes are those of the ids it was made with. */
export interface Selection {
  /** What is wrong with a request's filter values, or null. */
  problem(request: FilterRequest): string | null;
  /** Requests with the same key choose alike. */
  keyOf(request: FilterRequest): string;
  /** What requests with this key choose. */
  chooserOf(request: FilterRequest): Chooser;
}

export interface Chooser {
  /** By item index: 0 = never, whoever asks. null: the filter is about the user alone. */
  readonly itemMask: Uint8Array | null;
  /** What this user may see of the items that the mask leaves. */
  allows(userId: string): ItemTest;
}

const isForAll = (part: FilterPart) => sourceOf(part) === 'ITEMS' && part.when.length === 0;

/** By item index: 1 where a part about items lets the item pass. */
function maskOfPart(
  data: FilterData,
  part: FilterPart,
  bindings: Bindings,
  itemIds: readonly string[],
): Uint8Array {
  const { items } = data;
  const meets = items === null ? () => false : anyOfTest(items.table, part.anyOf, bindings);
  const wanted = part.action === 'INCLUDE';
  return Uint8Array.from(itemIds, (id) => {
    const row = items?.rowOf(id) ?? -1;
    return (row >= 0 && meets(row)) === wanted ? 1 : 0;
  });
}

/** For a user, the test of a part about the items of the user's own interactions. */
function interactionTest(
  { interactions }: FilterData,
  part: FilterPart,
  bindings: Bindings,
  ids: readonly string[],
) {
  const wanted = part.action === 'INCLUDE';
  if (interactions === null) return () => () => !wanted;
  const { table, history } = interactions;
  const meets = anyOfTest(table, part.anyOf, bindings);
  const items = textColumn(table, 'ITEM_ID');
  return (userId: string) => {
    const met = new Set<string>();
    for (const row of history.rowsOf(userId)) {
      if (meets(row)) met.add(items?.values[items.codes[row] ?? -1] ?? '');
    }
    return (item: number) => met.has(ids[item] ?? '') === wanted;
  };
}

/** For a user, the test of a part that depends on the user; null when the part does not count for them. */
function personalTest(data: FilterData, part: FilterPart, bindings: Bindings, itemIds: readonly string[]) {
  const { users } = data;
  const mask = sourceOf(part) === 'ITEMS' ? maskOfPart(data, part, bindings, itemIds) : null;
  const byHistory = mask === null ? interactionTest(data, part, bindings, itemIds) : null;
  const concerns = users === null ? [] : part.when.map((one) => rowTest(users.table, one, bindings));
  return (userId: string): ItemTest => {
    const row = users?.rowOf(userId) ?? -1;
    if (part.when.length > 0 && !(row >= 0 && concerns.every((test) => test(row)))) return null;
    return byHistory === null ? (item) => mask?.[item] === 1 : byHistory(userId);
  };
}

export function createSelection(data: FilterData, itemIds: readonly string[]): Selection {
  const { expression } = data;
  const needed = parametersOf(expression);
  const usesCurrentItem = JSON.stringify(expression).includes('"currentItem"');
  const common = expression.filter(isForAll);
  const personal = expression.filter((part) => !isForAll(part));
  return {
    problem: ({ filterValues }) => filterProblem(expression, filterValues),
    keyOf: ({ filterValues, itemId }) =>
      JSON.stringify([needed.map((name) => filterValues[name]), usesCurrentItem ? itemId : null]),
    chooserOf: (request) => {
      const bindings = bind(data, request);
      const masks = common.map((part) => maskOfPart(data, part, bindings, itemIds));
      const tests = personal.map((part) => personalTest(data, part, bindings, itemIds));
      const everyMask = (_: string, item: number) => (masks.every((mask) => mask[item] === 1) ? 1 : 0);
      return {
        itemMask: masks.length === 0 ? null : Uint8Array.from(itemIds, everyMask),
        allows: (userId) => {
          const own = tests.map((test) => test(userId)).filter((test) => test !== null);
          return own.length === 0 ? null : (item) => own.every((test) => test(item));
        },
      };
    },
  };
}

import type { FilterRequest } from '../filters/bindings.ts';
import type { ItemTest, Selection } from '../filters/selection.ts';
import type { Answering, Asked, ListView } from './answering.ts';
import { eachList, MAX_LIST } from './lists.ts';

/** Asked beyond the results wanted, to make up for what a personal filter takes away. */
const SPARE = 100;

interface Wanted {
  /** Place among the chunk's lines. */
  readonly at: number;
  readonly line: Asked;
  readonly allows: ItemTest;
}

const requestOf = ({ asking }: Answering, { id, filterValues }: Asked): FilterRequest => ({
  filterValues,
  itemId: asking === 'items' ? id : '',
});

/** Copies what passes, up to `limit`; `whole` tells that the engine had no more to give. */
function pass(list: ListView, { allows }: Wanted, limit: number): { kept: ListView; whole: boolean } {
  const ids: number[] = [];
  const scores: number[] = [];
  let given = 0;
  for (let at = list.from; at < list.to && ids.length < limit; at++) {
    const item = list.ids[at] ?? -1;
    if (item < 0) break;
    given++;
    if (allows !== null && !allows(item)) continue;
    ids.push(item);
    scores.push(list.scores[at] ?? 0);
  }
  const whole = given < list.to - list.from;
  return { kept: { ids, scores, from: 0, to: ids.length, rest: list.rest }, whole };
}

interface Group {
  readonly itemMask: Uint8Array | null;
  readonly wanted: Wanted[];
}

/** Lines that ask alike, together. */
function groupsOf(answering: Answering, selection: Selection, lines: readonly Asked[]): Group[] {
  const groups = new Map<string, Group & { readonly allows: (userId: string) => ItemTest }>();
  for (const [at, line] of lines.entries()) {
    const request = requestOf(answering, line);
    const key = selection.keyOf(request);
    let group = groups.get(key);
    if (group === undefined) {
      group = { ...selection.chooserOf(request), wanted: [] };
      groups.set(key, group);
    }
    group.wanted.push({ at, line, allows: group.allows(line.userId) });
  }
  return [...groups.values()];
}

/**
 * Lists of good lines with a filter applied, by place among the lines. What every user is refused is masked in
 * the engine; what only this user is refused is taken out of a longer list, and asked for again with the
 * longest where too little remained.
 */
export async function filteredLists(
  answering: Answering,
  selection: Selection,
  lines: readonly Asked[],
): Promise<ListView[]> {
  const { numResults } = answering;
  const lists: ListView[] = [];
  for (const { itemMask, wanted: group } of groupsOf(answering, selection, lines)) {
    const ask = async (wanted: readonly Wanted[], k: number): Promise<Wanted[]> => {
      const short: Wanted[] = [];
      await eachList(
        answering,
        wanted.map(({ line }) => line),
        { k, itemMask },
        async (from, views) => {
          for (const [row, view] of views.entries()) {
            const one = wanted[from + row];
            if (one === undefined) continue;
            const { kept, whole } = pass(view, one, numResults);
            lists[one.at] = kept;
            if (kept.to < numResults && !whole) short.push(one);
          }
        },
      );
      return short;
    };
    const isPersonal = group.some(({ allows }) => allows !== null);
    const short = await ask(group, isPersonal ? numResults + SPARE : numResults);
    if (isPersonal && short.length > 0 && numResults + SPARE < MAX_LIST) await ask(short, MAX_LIST);
  }
  return lists;
}

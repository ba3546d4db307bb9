import {
  type ListBatch,
  popularItems,
  rankForUser,
  recommendForUsers,
  similarForItems,
} from '../../engine/infer.ts';
import type { Answering, Asked, ListView } from './answering.ts';

/** Items in a list, at most (contract of the engine). */
export const MAX_LIST = 500;

/** Starting threads for fewer costs more than they save. */
const FEW_LINES = 500;

export interface ListOptions {
  readonly k: number;
  /** By item index: 0 = never. */
  readonly itemMask: Uint8Array | null;
}

/** Told of lists in the order of the lines; a view is good until the promise resolves. */
export type OnLists = (from: number, lists: readonly ListView[]) => Promise<void>;

const viewsOf = ({ ids, scores, rows, width }: ListBatch): ListView[] =>
  Array.from({ length: rows }, (_, row) => ({
    ids,
    scores,
    from: row * width,
    to: (row + 1) * width,
    rest: [],
  }));

/** A user's own order of the items asked; items that the model does not know come last, without a chance. */
function rankedList(
  { model, indexOf, itemIndexOf }: Answering,
  line: Asked,
  { itemMask }: ListOptions,
): ListView {
  const known = line.itemList.flatMap((id) => itemIndexOf.get(id) ?? []);
  const items = known.filter((item) => itemMask === null || itemMask[item] === 1);
  const { ids, scores } = rankForUser(model, { user: indexOf.get(line.id) ?? -1, items });
  const rest = itemMask === null ? line.itemList.filter((id) => !itemIndexOf.has(id)) : [];
  return { ids, scores, from: 0, to: ids.length, rest };
}

/** Gives every line its list, best first. Bad lines get a list too, for the caller to pass over. */
export async function eachList(
  answering: Answering,
  lines: readonly Asked[],
  options: ListOptions,
  onLists: OnLists,
): Promise<void> {
  const { model, asking, indexOf } = answering;
  const k = Math.min(options.k, model.itemIds.length, MAX_LIST);
  const { itemMask } = options;
  if (asking === 'popular') {
    // The same list for every line: popularity knows no users.
    const { ids, scores } = popularItems(model, k, itemMask ?? undefined);
    const list: ListView = { ids, scores, from: 0, to: ids.length, rest: [] };
    return onLists(0, new Array(lines.length).fill(list));
  }
  if (asking === 'ranking')
    return onLists(
      0,
      lines.map((line) => rankedList(answering, line, options)),
    );
  const request = {
    of: Int32Array.from(lines, ({ id }) => indexOf.get(id) ?? -1),
    k,
    onBatch: (batch: ListBatch) => onLists(batch.from, viewsOf(batch)),
    ...(itemMask === null ? {} : { itemMask }),
    ...(lines.length < FEW_LINES ? { threads: 0 } : {}),
  };
  await (asking === 'users' ? recommendForUsers(model, request) : similarForItems(model, request));
}

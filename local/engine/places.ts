import type { SourceRows } from './columns.ts';
import type { UserAttribute } from './facts.ts';
import type { Interactions } from './interactions.ts';
import { decayByHour, hoursBetween } from './popularity.ts';
import { sharedFloat32, sharedInt32 } from './shared-arrays.ts';
import { createTopK, pushTopK, sortTopK } from './top-k.ts';

/**
 * What sells to users who share an attribute (a province, a city): by code, the items sold there with
 * their decayed count. `code` is by user, -1 = absent; `total` is by code.
 */
export interface PlaceSales {
  readonly code: Int32Array;
  readonly rows: SourceRows;
  readonly total: Float32Array;
  /** What sells best there, [code · LEADERS + place], -1 = no more: candidates for everybody there. */
  readonly leaders: Int32Array;
}

export const LEADERS = 100;

const HALF_LIFE_DAYS = 28;

/** One pass over the rows with part 0 grouped by code. O(rows + codes + items). */
export function placeSales(input: {
  readonly interactions: Interactions;
  readonly part: Uint8Array | null;
  readonly now: number;
  readonly attribute: UserAttribute;
}): PlaceSales {
  const { interactions, part, now, attribute } = input;
  const decay = decayByHour(HALF_LIFE_DAYS);
  const { users, items, times, length, itemCount, userCount, timeKind } = interactions;
  const code = sharedInt32(userCount).fill(-1);
  code.set(attribute.codes.subarray(0, userCount));
  const codes = code.reduce((most, one) => Math.max(most, one), -1) + 1;
  const rowStart = new Int32Array(codes + 1);
  const used = (row: number) =>
    (part === null || part[row] === 0) && (code[users[row] as number] as number) >= 0;
  for (let row = 0; row < length; row += 1) {
    if (used(row)) bump(rowStart, (code[users[row] as number] as number) + 1);
  }
  for (let at = 0; at < codes; at += 1)
    rowStart[at + 1] = (rowStart[at + 1] as number) + (rowStart[at] as number);
  const next = rowStart.slice(0, codes);
  const grouped = new Int32Array(rowStart[codes] as number);
  for (let row = 0; row < length; row += 1) {
    if (!used(row)) continue;
    const which = code[users[row] as number] as number;
    grouped[next[which] as number] = row;
    bump(next, which);
  }
  const start = sharedInt32(codes + 1);
  const target = sharedInt32(grouped.length);
  const weight = sharedFloat32(grouped.length);
  const total = sharedFloat32(codes);
  const placeOf = new Int32Array(itemCount).fill(-1);
  let end = 0;
  for (let which = 0; which < codes; which += 1) {
    const begin = end;
    for (let at = rowStart[which] as number; at < (rowStart[which + 1] as number); at += 1) {
      const row = grouped[at] as number;
      const item = items[row] as number;
      let place = placeOf[item] as number;
      if (place < begin) {
        place = end;
        end += 1;
        placeOf[item] = place;
        target[place] = item;
      }
      const hours = timeKind === 'seconds' ? hoursBetween(times[row] as number, now) : 0;
      const share = decay[hours] as number;
      weight[place] = (weight[place] as number) + share;
      total[which] = (total[which] as number) + share;
    }
    start[which + 1] = end;
  }
  const rows = { start, target, weight };
  return { code, rows, total, leaders: leadersOf(rows, codes) };
}

function leadersOf(rows: SourceRows, codes: number): Int32Array {
  const leaders = sharedInt32(codes * LEADERS).fill(-1);
  const top = createTopK(LEADERS);
  for (let code = 0; code < codes; code += 1) {
    top.size = 0;
    for (let at = rows.start[code] as number; at < (rows.start[code + 1] as number); at += 1) {
      pushTopK(top, rows.target[at] as number, rows.weight[at] as number);
    }
    sortTopK(top);
    leaders.set(top.ids.subarray(0, top.size), code * LEADERS);
  }
  return leaders;
}

function bump(counts: Int32Array, at: number): void {
  counts[at] = (counts[at] as number) + 1;
}

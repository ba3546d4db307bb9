import type { SourceRows } from './columns.ts';
import type { UserAttribute } from './facts.ts';
import type { Interactions } from './interactions.ts';
import { decayByHour, hoursBetween } from './popularity.ts';
import { sharedFloat32, sharedInt32 } from './shared-arrays.ts';
import { createTopK, pushTopK, sortTopK } from './top-k.ts';
import { ROWS_A_TURN, type Steps } from './turns.ts';

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

export const LEADERS = 40;

const HALF_LIFE_DAYS = 28;

/** Sums held at once: 64 MB. */
const MOST_CELLS = 16_000_000;

/**
 * Adds up a block of codes at a time in a dense table, then keeps what is not zero.
 * O(blocks × rows + codes × items); one block unless there are thousands of places or products.
 */
export function* placeSales(input: {
  readonly interactions: Interactions;
  readonly part: Uint8Array | null;
  readonly now: number;
  readonly attribute: UserAttribute;
}): Steps<PlaceSales> {
  const { itemCount, userCount } = input.interactions;
  const code = sharedInt32(userCount).fill(-1);
  code.set(input.attribute.codes.subarray(0, userCount));
  const codes = code.reduce((most, one) => Math.max(most, one), -1) + 1;
  const atOnce = Math.max(1, Math.min(codes, Math.floor(MOST_CELLS / Math.max(1, itemCount))));
  const sums = new Float32Array(atOnce * itemCount);
  const blocks: Block[] = [];
  for (let first = 0; first < codes; first += atOnce) {
    const last = Math.min(codes, first + atOnce);
    sums.fill(0);
    yield* addSales({ ...input, code, first, last, sums });
    blocks.push(compress(sums, last - first, itemCount));
  }
  const rows = joinBlocks(blocks, codes);
  return { code, rows, total: totalsOf(rows, codes), leaders: leadersOf(rows, codes) };
}

/** sums[(code - first) · itemCount + item] += what the row counts, for codes from `first` to before `last`. */
function* addSales(input: {
  readonly interactions: Interactions;
  readonly part: Uint8Array | null;
  readonly now: number;
  readonly code: Int32Array;
  readonly first: number;
  readonly last: number;
  readonly sums: Float32Array;
}): Steps<void> {
  const { interactions, part, now, code, first, last, sums } = input;
  const { users, items, times, length, itemCount, timeKind } = interactions;
  const decay = decayByHour(HALF_LIFE_DAYS);
  for (let row = 0; row < length; row += 1) {
    if (row % ROWS_A_TURN === 0) yield;
    if (part !== null && part[row] !== 0) continue;
    const which = code[users[row] as number] as number;
    if (which < first || which >= last) continue;
    const hours = timeKind === 'seconds' ? hoursBetween(times[row] as number, now) : 0;
    const at = (which - first) * itemCount + (items[row] as number);
    sums[at] = (sums[at] as number) + (decay[hours] as number);
  }
}

/** What sold in a block of places. */
interface Block {
  /** By code: number of different items. */
  readonly sizes: Int32Array;
  readonly target: Int32Array;
  readonly weight: Float32Array;
}

function compress(sums: Float32Array, codes: number, itemCount: number): Block {
  const sizes = new Int32Array(codes);
  for (let at = 0; at < codes * itemCount; at += 1) {
    if ((sums[at] as number) > 0) bump(sizes, Math.floor(at / itemCount));
  }
  const total = sizes.reduce((sum, one) => sum + one, 0);
  const target = new Int32Array(total);
  const weight = new Float32Array(total);
  let place = 0;
  for (let code = 0; code < codes; code += 1) {
    for (let item = 0; item < itemCount; item += 1) {
      const sum = sums[code * itemCount + item] as number;
      if (sum <= 0) continue;
      target[place] = item;
      weight[place] = sum;
      place += 1;
    }
  }
  return { sizes, target, weight };
}

function joinBlocks(blocks: readonly Block[], codes: number): SourceRows {
  const total = blocks.reduce((sum, { target }) => sum + target.length, 0);
  const rows = { start: sharedInt32(codes + 1), target: sharedInt32(total), weight: sharedFloat32(total) };
  let code = 0;
  let end = 0;
  for (const { sizes, target, weight } of blocks) {
    rows.target.set(target, end);
    rows.weight.set(weight, end);
    for (const size of sizes) {
      end += size;
      code += 1;
      rows.start[code] = end;
    }
  }
  return rows;
}

function totalsOf(rows: SourceRows, codes: number): Float32Array {
  const total = sharedFloat32(codes);
  for (let code = 0; code < codes; code += 1) {
    for (let at = rows.start[code] as number; at < (rows.start[code + 1] as number); at += 1) {
      total[code] = (total[code] as number) + (rows.weight[at] as number);
    }
  }
  return total;
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

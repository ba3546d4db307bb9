import type { ClientBase } from 'pg';
import { z } from 'zod';
import { LIST_COUNT_AT, LIST_ITEMS_AT, LIST_OWN_AT } from '../../shared/snapshot/itemList.ts';
import { type ItemWidth, readItemNumber } from '../../shared/snapshot/itemNumbers.ts';
import { SnapshotLayout } from '../../shared/snapshot/layout.ts';
import { USER_COUNT_AT, USER_ITEMS_AT } from '../../shared/snapshot/userRecord.ts';
import { readRows } from '../db/readRows.ts';

/** What all lists of a snapshot have in common, and with the live ones. */
export interface ListFacts {
  /** Lists that hold anything. */
  readonly count: number;
  /** Share of them with a product that is unknown or not to be recommended. */
  readonly withUnknown: number;
  /** Share of them with a product that is sold out. */
  readonly withSoldOut: number;
  /** Customers in both snapshots. */
  readonly compared: number;
  /** Mean share of a customer's live top 10 that is in their new top 10. */
  readonly ownOverlap: number;
  /** The same with the live top 10 of another customer: how alike all lists are. */
  readonly otherOverlap: number;
  /** Share of the customers in both whose key, the hash of their id, is the same. */
  readonly sameKeys: number;
}

interface Comparison {
  readonly snapshotId: number;
  readonly liveId: number | null;
}

const TOP = 10;

/**
 * Reads every list of a loaded snapshot once, as its readers will, beside the live one's. Streams: memory is
 * a byte a product. Call it inside one transaction. O(items of all lists).
 */
export async function compareLists(
  client: ClientBase,
  { snapshotId, liveId }: Comparison,
): Promise<ListFacts> {
  const tally = createTally(await readProductStates(client));
  const width = await widthOf(client, snapshotId);
  const liveWidth = liveId === null ? width : await widthOf(client, liveId);
  const query = `SELECT n.record, l.record, (l.customer_key = n.customer_key)::int FROM snapshot_users n
    LEFT JOIN snapshot_users l ON l.snapshot_id = ${liveId ?? -1} AND l.customer_number = n.customer_number
    WHERE n.snapshot_id = ${snapshotId}`;
  const overlap = createOverlap();
  let both = 0;
  let sameKeys = 0;
  for await (const rows of readRows(client, query, 3)) {
    while (rows.next()) {
      const record = rows.bytes(0);
      if (record === null) continue;
      tally.add(record, USER_ITEMS_AT, record[USER_COUNT_AT] as number, width);
      const live = rows.bytes(1);
      if (live === null) continue;
      overlap.add(topOf(record, width), topOf(live, liveWidth));
      both++;
      sameKeys += rows.int32(2);
    }
  }
  const lists = `SELECT record, (kind = 'pairs')::int FROM snapshot_lists WHERE snapshot_id = ${snapshotId}`;
  for await (const rows of readRows(client, lists, 2)) {
    while (rows.next()) {
      const record = rows.bytes(0);
      // Behind its pairs a product itself stands in the list, to be counted and never shown.
      const count = rows.int32(1) === 1 ? record?.[LIST_OWN_AT] : record?.[LIST_COUNT_AT];
      if (record !== null) tally.add(record, LIST_ITEMS_AT, count ?? 0, width);
    }
  }
  return { ...tally.shares(), ...overlap.means(), sameKeys: both === 0 ? 1 : sameKeys / both };
}

/** By item number: 0 = unknown or not to be recommended, 1 = sold out, 2 = can be sold. */
async function readProductStates(client: ClientBase): Promise<Uint8Array> {
  const largest = await client.query('SELECT coalesce(max(item_number), 0) AS max FROM products');
  const states = new Uint8Array(z.object({ max: z.int() }).parse(largest.rows[0]).max + 1);
  const query = 'SELECT item_number, CASE WHEN available THEN 2 ELSE 1 END FROM products WHERE recommendable';
  for await (const rows of readRows(client, query, 2)) {
    while (rows.next()) states[rows.int32(0)] = rows.int32(1);
  }
  return states;
}

async function widthOf(client: ClientBase, snapshotId: number): Promise<ItemWidth> {
  const answer = await client.query('SELECT layout FROM snapshots WHERE snapshot_id = $1', [snapshotId]);
  return z.object({ layout: SnapshotLayout }).parse(answer.rows[0]).layout.item_width;
}

function createTally(states: Uint8Array) {
  let count = 0;
  let unknown = 0;
  let soldOut = 0;
  return {
    add(record: Uint8Array, from: number, length: number, width: ItemWidth): void {
      if (length === 0) return;
      let worst = 2;
      for (let i = 0; i < length; i++)
        worst = Math.min(worst, states[readItemNumber(record, from + i * width, width)] ?? 0);
      count++;
      if (worst === 0) unknown++;
      if (worst === 1) soldOut++;
    },
    shares() {
      const all = Math.max(1, count);
      return { count, withUnknown: unknown / all, withSoldOut: soldOut / all };
    },
  };
}

function topOf(record: Uint8Array, width: ItemWidth): number[] {
  const length = Math.min(TOP, record[USER_COUNT_AT] as number);
  return Array.from({ length }, (_, i) => readItemNumber(record, USER_ITEMS_AT + i * width, width));
}

/** Overlap with the live list of the same customer, and with that of the customer read before. */
function createOverlap() {
  let compared = 0;
  let own = 0;
  let pairs = 0;
  let other = 0;
  let former: readonly number[] | null = null;
  return {
    add(now: readonly number[], live: readonly number[]): void {
      if (live.length === 0) return;
      compared++;
      own += sharedOf(now, live);
      if (former !== null) {
        pairs++;
        other += sharedOf(now, former);
      }
      former = live;
    },
    means() {
      return {
        compared,
        ownOverlap: compared === 0 ? 0 : own / compared,
        otherOverlap: pairs === 0 ? 0 : other / pairs,
      };
    },
  };
}

/** Share of `live` that is in `now`. Both have ten entries at most: a scan beats a set. */
function sharedOf(now: readonly number[], live: readonly number[]): number {
  return live.filter((item) => now.includes(item)).length / live.length;
}

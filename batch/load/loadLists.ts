import type { ClientBase } from 'pg';
import { encodeItemList, type ItemList } from '../../shared/snapshot/itemList.ts';
import { type Key64, keyOfNumber, keyOfText } from '../../shared/snapshot/key64.ts';
import type { SnapshotLayout } from '../../shared/snapshot/layout.ts';
import { OVERALL_LIST } from '../../shared/snapshot/listKeys.ts';
import { type RowWriter, writeRows } from '../db/writeRows.ts';
import { createCopurchaseCounter } from '../evidence/copurchases.ts';
import { type ItemLines, ordersOfItem } from '../evidence/itemLines.ts';
import { type PairTable, pairLift } from '../evidence/pairs.ts';
import type { ListRef, PopularLists } from '../evidence/popularLists.ts';
import type { Evidence } from '../evidence/readEvidence.ts';
import { newTally, readRecommendations } from '../personalize/outputLines.ts';
import type { StepContext } from '../steps/step.ts';
import { outputPrefix } from '../storage/paths.ts';
import type { Coverage } from './coverage.ts';
import { fuseRankings } from './fuseRankings.ts';
import { attachPartition, createPartition, partitionName } from './partition.ts';
import { createSimilarListMaker } from './similarLists.ts';

type ListKind = 'similar' | 'pairs' | 'popular';

interface ListLoad {
  readonly snapshotId: number;
  readonly evidence: Evidence;
  readonly itemLines: ItemLines;
  readonly pairs: PairTable;
  readonly popular: PopularLists;
  readonly coverage: Coverage;
  readonly layout: SnapshotLayout;
}

interface ListLoadCounts {
  readonly products: number;
  readonly paired_products: number;
  readonly popular_lists: number;
}

type Put = (kind: ListKind, key: Key64, list: ItemList) => Promise<void>;

/**
 * Writes similar, pairs and popular lists into the snapshot's own partition, in the caller's
 * transaction. Every recommendable product gets a similar list, sold out or not.
 */
export async function loadLists(
  context: StepContext,
  client: ClientBase,
  load: ListLoad,
): Promise<ListLoadCounts> {
  const { snapshotId, layout } = load;
  const counts = { similar: 0, pairs: 0, popular: 0 };
  const bestSellers = await readBestSellers(context, load);
  await createPartition(client, 'snapshot_lists', snapshotId);
  const target = `${partitionName('snapshot_lists', snapshotId)} (snapshot_id, kind, list_key, record)`;
  await writeRows(client, { target, options: ['FREEZE'] }, async (rows: RowWriter) => {
    const put: Put = async (kind, key, list) => {
      counts[kind]++;
      rows.row(4);
      rows.int32(snapshotId);
      rows.text(kind);
      rows.bigint(key.high, key.low);
      rows.bytes(encodeItemList(list, layout[kind], layout.item_width));
      await rows.drain();
    };
    await putSimilar(context, load, put);
    await putPairs(load, put);
    for (const [name, ref] of load.popular.byName) {
      const list =
        name === OVERALL_LIST ? overallList(ref, bestSellers, layout.popular) : listOf(ref, layout.popular);
      if (list.items.length > 0 || name === OVERALL_LIST) await put('popular', keyOfText(name), list);
    }
  });
  await attachPartition(client, 'snapshot_lists', snapshotId);
  return { products: counts.similar, paired_products: counts.pairs, popular_lists: counts.popular };
}

async function putSimilar(context: StepContext, load: ListLoad, put: Put): Promise<void> {
  const { products, book } = load.evidence;
  const makeList = createSimilarListMaker({
    products,
    pairs: load.pairs,
    counter: createCopurchaseCounter(book, load.itemLines),
    popular: load.popular,
    capacity: load.layout.similar,
  });
  const done = new Uint8Array(products.maxItem + 1);
  const tally = newTally();
  async function putItem(item: number, recommended: readonly number[]): Promise<void> {
    if (products.recommendable[item] !== 1 || done[item] === 1) return;
    done[item] = 1;
    const list = makeList(item, recommended);
    load.coverage.addSimilar(item, list);
    await put('similar', keyOfNumber(item), list);
  }
  const prefix = outputPrefix(context.config, context.outputsOf, 'similar-items');
  for await (const { id, items } of readRecommendations(context.s3, prefix, tally)) {
    context.signal.throwIfAborted();
    await putItem(products.numberOf.get(id) ?? 0, numbersOf(items, load.evidence));
  }
  for (let item = 1; item <= products.maxItem; item++) await putItem(item, []);
  if (tally.firstError !== null) {
    context.log.warn(`similar-items: ${tally.errors} of ${tally.lines} lines failed: ${tally.firstError}`);
  }
}

async function putPairs({ evidence, itemLines, pairs, layout }: ListLoad, put: Put): Promise<void> {
  const { sellable, recommendable, maxItem } = evidence.products;
  for (let item = 1; item <= maxItem; item++) {
    if (recommendable[item] !== 1) continue;
    const list: ItemList = { items: [], counts: [], weights: [], own: 0 };
    const end = pairs.starts[item + 1] as number;
    for (let at = pairs.starts[item] as number; at < end && list.items.length < layout.pairs - 1; at++) {
      const other = pairs.items[at] as number;
      if (sellable[other] !== 1) continue;
      const support = pairs.supports[at] as number;
      const [a, b] = [ordersOfItem(itemLines, item), ordersOfItem(itemLines, other)];
      list.items.push(other);
      list.counts.push(support);
      list.weights.push(pairLift({ support, a, b, orders: evidence.book.orderCount }));
    }
    const own = list.items.length;
    if (own === 0) continue;
    // The product itself, behind its pairs: a reader learns from it in how many orders the product stands.
    list.items.push(item);
    list.counts.push(ordersOfItem(itemLines, item));
    list.weights.push(0);
    await put('pairs', keyOfNumber(item), { ...list, own });
  }
}

/** popularity-count is inferred once: all its lines say the same. */
async function readBestSellers(context: StepContext, { evidence }: ListLoad): Promise<number[]> {
  const prefix = outputPrefix(context.config, context.outputsOf, 'popularity-count');
  for await (const { items } of readRecommendations(context.s3, prefix, newTally())) {
    return numbersOf(items, evidence).filter((item) => evidence.products.sellable[item] === 1);
  }
  return [];
}

/** Counted by the recommender and lately bought by the shop's own orders, fused. */
function overallList(ref: ListRef, bestSellers: readonly number[], capacity: number): ItemList {
  const mine = listOf(ref, Number.POSITIVE_INFINITY);
  const position = new Map(mine.items.map((item, at) => [item, at]));
  const items = fuseRankings([bestSellers, mine.items.slice(0, 2 * capacity)], capacity);
  const at = items.map((item) => position.get(item) ?? -1);
  return {
    items,
    counts: at.map((i) => mine.counts[i] ?? 0),
    weights: at.map((i) => mine.weights[i] ?? 0),
    own: items.length,
  };
}

function listOf({ lists, list }: ListRef, capacity: number): ItemList {
  const from = lists.starts[list] as number;
  const to = Math.min(lists.starts[list + 1] as number, from + capacity);
  return {
    items: Array.from(lists.items.subarray(from, to)),
    counts: Array.from(lists.counts.subarray(from, to)),
    weights: Array.from(lists.weights.subarray(from, to)),
    own: to - from,
  };
}

function numbersOf(ids: readonly string[], evidence: Evidence): number[] {
  return ids.map((id) => evidence.products.numberOf.get(id) ?? 0);
}

import { createInteractionsBuilder } from '../../local/engine/interactions.ts';
import { hitsAt, ndcgAt, recallAt } from '../../local/engine/metrics.ts';
import { trainRecommender } from '../../local/engine/train.ts';
import { reliability } from './calibration.ts';
import { csvRows, dataFile } from './data.ts';
import { listsOf, mean, relevance } from './lists.ts';
import type { Log, ProtocolResult } from './result.ts';

const CUT = Date.UTC(2011, 9, 1) / 1000;
const END = CUT + 28 * 86_400;

/** Protocol E: train before 1 October 2011, truth = the next 28 days, returning customers, nothing masked. */
export async function measureUci(log: Log): Promise<ProtocolResult | null> {
  const path = dataFile('uci-online-retail', 'order_lines.csv.gz');
  if (path === null) return null;
  const started = Date.now();
  const builder = createInteractionsBuilder();
  const later: [string, string][] = [];
  for await (const row of csvRows(path)) {
    const { order_id: order = '', customer_id: customer = '', product_id: product = '' } = row;
    const clean =
      customer !== '' &&
      !order.startsWith('C') &&
      Number(row['quantity']) > 0 &&
      Number(row['unit_price']) > 0;
    if (!clean || !/^\d{5}/.test(product)) continue;
    const time = Date.parse(`${row['ordered_at']}Z`) / 1000;
    if (time < CUT) builder.add(customer, product, time);
    else if (time < END) later.push([customer, product]);
  }
  const { interactions, userIds, itemIds } = builder.finish();
  const model = await trainRecommender({ interactions, userIds, itemIds, seed: 1, now: CUT, log });
  const userOf = new Map(userIds.map((id, index) => [id, index] as const));
  const itemOf = new Map(itemIds.map((id, index) => [id, index] as const));
  const truth = new Map<number, Set<number>>();
  for (const [customer, product] of later) {
    const user = userOf.get(customer);
    if (user === undefined) continue;
    const wanted = truth.get(user) ?? new Set<number>();
    // A product first sold in the window cannot be listed; it stays in the truth under a number of its own.
    wanted.add(itemOf.get(product) ?? -1 - itemIds.push(product));
    if (!itemOf.has(product)) itemOf.set(product, itemIds.length - 1);
    truth.set(user, wanted);
  }
  const lists = await listsOf(model, [...truth.keys()], { k: 50 });
  const measured = [...truth].map(([user, wanted]) => {
    const relevant = relevance(lists.get(user)?.ids ?? new Int32Array(0), wanted);
    return [
      recallAt(relevant, 10, wanted.size),
      ndcgAt(relevant, 10, wanted.size),
      hitsAt(relevant, 10) > 0 ? 1 : 0,
    ] as const;
  });
  const everybody = await listsOf(
    model,
    userIds.map((_, index) => index),
    { k: 50 },
  );
  const notes = [`${truth.size} returning customers`];
  return {
    protocol: 'E: UCI 2011',
    metrics: ['R@10', 'N@10', 'PHR@10'],
    ours: [0, 1, 2].map((at) => mean(measured.map((row) => row[at] as number))),
    goal: [0.15, 0.3, 0.765],
    aim: [0.165, 0.32, 0.79],
    published: [
      { name: 'top of the last 28 days', values: [0.0398, 0.1082, 0.5399] },
      { name: 'GP-Top', values: [0.1335, 0.2729, 0.7274] },
      { name: 'TIFU-KNN', values: [0.1471, 0.2963, 0.7565] },
    ],
    notes,
    reliability: reliability('UCI, October 2011', everybody, truth),
    seconds: (Date.now() - started) / 1000,
  };
}

import { createInteractionsBuilder } from '../../local/engine/interactions.ts';
import { hitsAt, ndcgAt, recallAt } from '../../local/engine/metrics.ts';
import { trainPopularity, trainRecommender } from '../../local/engine/train.ts';
import { generateShop } from '../../local/sample-shop/generateShop.ts';
import { reliability } from './calibration.ts';
import { listsOf, mean, relevance } from './lists.ts';
import type { Log, ProtocolResult } from './result.ts';

const UNTIL = '2026-03-01';
const END = Date.parse(UNTIL) / 1000;
const CUT = END - 28 * 86_400;
const SIZE = { users: 20_000, items: 1_500 };

/** The generated shop: no published figures, but chances can be checked on it, and popularity beaten. */
export async function measureSampleShop(log: Log): Promise<ProtocolResult> {
  const started = Date.now();
  const { truth, input } = splitShop(log);
  const model = await trainRecommender(input);
  const popularity = await trainPopularity(input);
  const everybody = await listsOf(model, [...input.userIds.keys()], { k: 50 });
  const common = popularity.popular.ids.slice(0, 10);
  const measured = [...truth].map(([user, wanted]) => [
    metricsOf(everybody.get(user)?.ids ?? new Int32Array(0), wanted),
    metricsOf(common, wanted),
  ]);
  const means = [0, 1].map((which) =>
    [0, 1, 2].map((at) => mean(measured.map((row) => row[which]?.[at] ?? 0))),
  );
  return {
    protocol: 'generated shop',
    metrics: ['R@10', 'N@10', 'PHR@10'],
    ours: means[0] ?? [],
    goal: [null, null, null],
    aim: [null, null, null],
    published: [{ name: 'popularity', values: means[1] ?? [] }],
    notes: [
      `${SIZE.users} users, ${SIZE.items} items; ${truth.size} returning customers in the last 28 days`,
    ],
    reliability: reliability('generated shop', everybody, truth),
    seconds: (Date.now() - started) / 1000,
  };
}

function splitShop(log: Log) {
  const shop = generateShop({ ...SIZE, until: UNTIL });
  const builder = createInteractionsBuilder();
  const later: [string, string][] = [];
  for (const { customerId, status, orderedAtMs, lines } of shop.orders()) {
    if (customerId === null || status !== 'completed') continue;
    for (const { productId } of lines) {
      if (orderedAtMs / 1000 < CUT) builder.add(customerId, productId, orderedAtMs / 1000);
      else later.push([customerId, productId]);
    }
  }
  const { interactions, userIds, itemIds } = builder.finish();
  const userOf = new Map(userIds.map((id, index) => [id, index] as const));
  const itemOf = new Map(itemIds.map((id, index) => [id, index] as const));
  const truth = new Map<number, Set<number>>();
  for (const [customer, product] of later) {
    const user = userOf.get(customer);
    const item = itemOf.get(product);
    if (user === undefined || item === undefined) continue;
    truth.set(user, (truth.get(user) ?? new Set<number>()).add(item));
  }
  return { truth, input: { interactions, userIds, itemIds, seed: 1, now: CUT, log } };
}

function metricsOf(ids: Int32Array, wanted: ReadonlySet<number>): readonly number[] {
  const relevant = relevance(ids, wanted);
  return [
    recallAt(relevant, 10, wanted.size),
    ndcgAt(relevant, 10, wanted.size),
    hitsAt(relevant, 10) > 0 ? 1 : 0,
  ];
}

import { createInteractionsBuilder } from '../../local/engine/interactions.ts';
import { ndcgAt, recallAt } from '../../local/engine/metrics.ts';
import { trainRecommender } from '../../local/engine/train.ts';
import { dataFile, gzipLines } from './data.ts';
import { listsOf, mean, relevance } from './lists.ts';
import type { Log, ProtocolResult } from './result.ts';

/** Protocol A: LightGCN's split of Gowalla; train items masked. */
export async function measureGowalla(log: Log, sample: number): Promise<ProtocolResult | null> {
  const train = dataFile('gowalla-lightgcn', 'train.txt.gz');
  const test = dataFile('gowalla-lightgcn', 'test.txt.gz');
  if (train === null || test === null) return null;
  const started = Date.now();
  const builder = createInteractionsBuilder();
  for (const line of gzipLines(train)) {
    const [user = '', ...items] = line.trim().split(' ');
    for (const item of items) builder.add(user, item, 0);
  }
  const truth = new Map<number, Set<number>>();
  for (const line of gzipLines(test)) {
    const [user = '', ...items] = line.trim().split(' ');
    if (items.length > 0)
      truth.set(builder.addUser(user), new Set(items.map((item) => builder.addItem(item))));
  }
  const { interactions, userIds, itemIds } = builder.finish();
  const model = await trainRecommender({ interactions, userIds, itemIds, seed: 1, now: 0, log });
  const step = Math.max(1, Math.floor(truth.size / sample));
  const asked = new Map([...truth].filter((_, place) => place % step === 0));
  const lists = await listsOf(model, [...asked.keys()], { k: 20, excludePurchased: true });
  const rows = [...asked].map(([user, wanted]) => {
    const relevant = relevance(lists.get(user)?.ids ?? new Int32Array(0), wanted);
    return [recallAt(relevant, 20, wanted.size), ndcgAt(relevant, 20, wanted.size)];
  });
  return {
    protocol: 'A: Gowalla',
    metrics: ['R@20', 'N@20'],
    ours: [0, 1].map((at) => mean(rows.map((row) => row[at] as number))),
    goal: [0.182, 0.152],
    aim: [0.187, 0.158],
    published: [
      { name: 'TopPop', values: [0.0416, 0.0317] },
      { name: 'ItemCF', values: [0.157, 0.1214] },
      { name: 'SLIM', values: [0.1699, 0.1382] },
      { name: 'EASE^R', values: [0.1765, 0.1467] },
      { name: 'LightGCN', values: [0.182, 0.1547] },
      { name: 'RP3beta', values: [0.1829, 0.152] },
      { name: 'GF-CF', values: [0.1849, 0.1518] },
      { name: 'UltraGCN', values: [0.1862, 0.158] },
      { name: 'SimpleX', values: [0.1872, 0.1557] },
    ],
    notes: [`${asked.size} users`],
    reliability: null,
    seconds: (Date.now() - started) / 1000,
  };
}

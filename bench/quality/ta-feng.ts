import { createInteractionsBuilder } from '../../local/engine/interactions.ts';
import { hitsAt, ndcgAt, recallAt } from '../../local/engine/metrics.ts';
import { trainRecommender } from '../../local/engine/train.ts';
import { csvRows, dataFile } from './data.ts';
import { listsOf, mean, relevance } from './lists.ts';
import type { Log, ProtocolResult } from './result.ts';

interface Line {
  readonly user: string;
  readonly basket: number;
  readonly item: string;
}

/** Protocol B: the last basket of the test users, from all other baskets; nothing masked; mean of two user splits. */
export async function measureTaFeng(log: Log, sample: number): Promise<ProtocolResult | null> {
  const path = dataFile('tafeng-nbr', 'baskets.csv.gz');
  if (path === null) return null;
  const started = Date.now();
  const lines: Line[] = [];
  const last = new Map<string, number>();
  for await (const row of csvRows(path)) {
    const { user_id: user = '', item_id: item = '' } = row;
    const basket = Number(row['basket_no']);
    lines.push({ user, basket, item });
    last.set(user, Math.max(last.get(user) ?? 0, basket));
  }
  const splits: (readonly number[])[] = [];
  for (const split of sample < Number.POSITIVE_INFINITY ? [0] : [0, 1]) {
    const keys = dataFile('tafeng-nbr', `keyset_${split}.csv.gz`);
    if (keys === null) return null;
    const test = new Set<string>();
    for await (const row of csvRows(keys)) if (row['part'] === 'test') test.add(row['user_id'] ?? '');
    splits.push(await measureSplit(lines, last, test, log));
  }
  return {
    protocol: 'B: Ta Feng',
    metrics: ['R@10', 'N@10', 'PHR@10', 'R@20', 'N@20'],
    ours: [0, 1, 2, 3, 4].map((at) => mean(splits.map((split) => split[at] as number))),
    goal: [0.142, 0.122, null, null, null],
    aim: [0.15, 0.128, null, null, null],
    published: [
      { name: 'G-TopFreq', values: [0.0834, 0.0867, 0.2511, 0.1115, 0.0963] },
      { name: 'P-TopFreq', values: [0.1072, 0.0959, 0.3487, 0.1403, 0.1103] },
      { name: 'TIFU-KNN', values: [0.1257, 0.1019, 0.3867, 0.1825, 0.1237] },
      { name: 'UP-CF@r (q=1)', values: [0.1422, 0.1222, 0.4294, 0.192, 0.142] },
    ],
    notes: [`${splits.length} user splits`],
    reliability: null,
    seconds: (Date.now() - started) / 1000,
  };
}

async function measureSplit(
  lines: readonly Line[],
  last: ReadonlyMap<string, number>,
  test: ReadonlySet<string>,
  log: Log,
): Promise<readonly number[]> {
  const builder = createInteractionsBuilder();
  const truth = new Map<number, Set<number>>();
  for (const { user, basket, item } of lines) {
    if (!test.has(user) || basket < (last.get(user) ?? 0)) {
      builder.add(user, item, basket);
      continue;
    }
    const index = builder.addUser(user);
    const wanted = truth.get(index) ?? new Set<number>();
    wanted.add(builder.addItem(item));
    truth.set(index, wanted);
  }
  const { interactions, userIds, itemIds } = builder.finish();
  const model = await trainRecommender({ interactions, userIds, itemIds, seed: 1, now: 0, log });
  const lists = await listsOf(model, [...truth.keys()], { k: 20 });
  const rows = [...truth].map(([user, wanted]) => {
    const relevant = relevance(lists.get(user)?.ids ?? new Int32Array(0), wanted);
    const total = wanted.size;
    return [
      recallAt(relevant, 10, total),
      ndcgAt(relevant, 10, total, false),
      hitsAt(relevant, 10) > 0 ? 1 : 0,
      recallAt(relevant, 20, total),
      ndcgAt(relevant, 20, total, false),
    ];
  });
  return [0, 1, 2, 3, 4].map((at) => mean(rows.map((row) => row[at] as number)));
}

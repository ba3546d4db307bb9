import { expect, it } from 'vitest';
import { createColumns } from './columns.ts';
import { userScales } from './evidence.ts';
import { buildHistory } from './history.ts';
import { createInteractionsBuilder } from './interactions.ts';
import { createRandom } from './random.ts';
import { segmentHolders } from './rank-segments.ts';
import { prepareSegments } from './segments.ts';

it.each([7, 60, 1000])('ranks users as scoring every one of them would, %i at a time', (block) => {
  const [users, items, width, k] = [60, 15, 4, 10];
  const random = createRandom(2);
  const builder = createInteractionsBuilder();
  for (let item = 0; item < items; item += 1) builder.addItem(`i${item}`);
  for (let user = 0; user < users; user += 1) {
    for (let line = 0; line <= user % 7; line += 1)
      builder.add(`u${user}`, `i${Math.floor(random() * items)}`, line);
  }
  const history = buildHistory(builder.finish().interactions, null);
  const sources = createColumns(items, width);
  for (let at = 0; at < items * width; at += 1) {
    sources.sources[at] = (Math.floor(at / width) + 1 + (at % width) * 3) % items;
    sources.weights[at] = random();
  }
  const ownWeight = Float32Array.from({ length: items }, () => random());
  const userScale = userScales(history, 0.5);
  const ids = new Int32Array(items * k);
  const scores = new Float32Array(items * k);
  const known = new Uint8Array(items);
  const asked = Int32Array.from({ length: items }, (_, item) => item);
  const holders = segmentHolders(history);
  prepareSegments({ holders, sources, ownWeight, userScale, items: asked, k, block, ids, scores, known })(
    0,
    items,
  );
  for (let item = 0; item < items; item += 1) {
    const brute = Array.from({ length: users }, (_, user) => {
      const held = new Set(history.item.subarray(history.start[user], history.start[user + 1]));
      let sum = held.has(item) ? (ownWeight[item] as number) : 0;
      for (let at = item * width; at < (item + 1) * width; at += 1) {
        if (held.has(sources.sources[at] as number)) sum += sources.weights[at] as number;
      }
      return sum * (userScale[user] as number);
    })
      .filter((score) => score > 0)
      .sort((left, right) => right - left)
      .slice(0, k);
    const listed = scores.subarray(item * k, item * k + brute.length);
    brute.forEach((score, place) => {
      expect(listed[place]).toBeCloseTo(score, 5);
    });
    expect(known[item]).toBe(brute.length > 0 ? 1 : 0);
  }
});

import { z } from 'zod';
import type { ItemAffinityModel, RecommenderModel } from '../../local/engine/model.ts';
import { createUserScorer } from '../../local/engine/user-scores.ts';

/** Operations that the whole of one training and inference takes, from the data itself. */
export const Work = z.object({
  /** Additions of one pass over all pairs of items that a user holds. */
  cooccurrence: z.number(),
  /** Multiplications of the ridge systems. */
  ridge: z.number(),
  /** Additions along the item models from every user's purchases. */
  follow: z.number(),
  /** Items reached, all users together (a sample's, scaled up). */
  reached: z.number(),
  /** Additions to items from every user's purchases, along the items' nearest. */
  segments: z.number(),
  rows: z.number(),
});
export type Work = z.infer<typeof Work>;

const EVERY = 50;

export function countWork(model: RecommenderModel, affinity: ItemAffinityModel): Work {
  const { signals, blend } = model.scorer;
  const { history, links } = signals;
  const leadsTo = {
    ridge: countWeights(links.start, links.ridge),
    walk: countWeights(links.start, links.walk),
  };
  let cooccurrence = 0;
  let follow = 0;
  let rows = 0;
  for (let user = 0; user < history.userCount; user += 1) {
    const from = history.start[user] as number;
    const to = history.start[user + 1] as number;
    const twins = (history.baskets[user] as number) > 1 ? 2 : 1;
    cooccurrence += (to - from) ** 2;
    for (let entry = from; entry < to; entry += 1) {
      const item = history.item[entry] as number;
      const byRidge = leadsTo.ridge[item] as number;
      follow += twins * (byRidge + (leadsTo.walk[item] as number));
      rows += history.count[entry] as number;
    }
  }
  const sources = new Float64Array(history.itemCount);
  links.target.forEach((target, at) => {
    if (links.ridge[at] !== 0) sources[target] = (sources[target] as number) + 1;
  });
  const cubes = sources.reduce((sum, order) => sum + order ** 3 / 6 + order ** 2, 0);
  return {
    cooccurrence,
    follow,
    rows,
    segments: countSegments(affinity),
    ridge: cubes,
    reached: countReached(signals, blend),
  };
}

/** Every purchase counts for the item itself and for those it is a source of. */
function countSegments({ history, sources }: ItemAffinityModel): number {
  const leadsTo = new Int32Array(history.itemCount).fill(1);
  for (const source of sources.sources) {
    if (source >= 0) leadsTo[source] = (leadsTo[source] as number) + 1;
  }
  return history.item.reduce((sum, item) => sum + (leadsTo[item] as number), 0);
}

/** By source: how many of its weights are not zero. */
function countWeights(start: Int32Array, weights: Float32Array): Int32Array {
  return Int32Array.from({ length: start.length - 1 }, (_, source) =>
    weights
      .subarray(start[source], start[source + 1])
      .reduce((sum, weight) => sum + (weight === 0 ? 0 : 1), 0),
  );
}

function countReached(
  signals: RecommenderModel['scorer']['signals'],
  blend: RecommenderModel['scorer']['blend'],
): number {
  const scorer = createUserScorer(signals, blend);
  let reached = 0;
  for (let user = 0; user < signals.history.userCount; user += EVERY) {
    scorer.score(user);
    reached += scorer.found.size;
  }
  return reached * EVERY;
}

import { z } from 'zod';
import type { SourceRows } from '../../local/engine/columns.ts';
import { holdersOf } from '../../local/engine/history.ts';
import type { RecommenderModel } from '../../local/engine/model.ts';
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
  /** Additions to users along every item's sources. */
  segments: z.number(),
  rows: z.number(),
});
export type Work = z.infer<typeof Work>;

const EVERY = 50;

export function countWork(model: RecommenderModel): Work {
  const { signals, blend } = model.scorer;
  const { history, ridge, walk } = signals;
  let cooccurrence = 0;
  let follow = 0;
  let rows = 0;
  const length = ({ start }: SourceRows, item: number) =>
    (start[item + 1] as number) - (start[item] as number);
  for (let user = 0; user < history.userCount; user += 1) {
    const from = history.start[user] as number;
    const to = history.start[user + 1] as number;
    const twins = (history.baskets[user] as number) > 1 ? 2 : 1;
    cooccurrence += (to - from) ** 2;
    for (let entry = from; entry < to; entry += 1) {
      const item = history.item[entry] as number;
      follow += twins * (length(ridge, item) + length(walk, item));
      rows += history.count[entry] as number;
    }
  }
  const holders = holdersOf(history);
  const sources = new Float64Array(history.itemCount);
  let segments = 0;
  for (let source = 0; source < history.itemCount; source += 1) {
    const held = (holders.start[source + 1] as number) - (holders.start[source] as number);
    segments += held * (1 + length(ridge, source));
    for (let at = ridge.start[source] as number; at < (ridge.start[source + 1] as number); at += 1) {
      const target = ridge.target[at] as number;
      sources[target] = (sources[target] as number) + 1;
    }
  }
  const cubes = sources.reduce((sum, order) => sum + order ** 3 / 6 + order ** 2, 0);
  return { cooccurrence, follow, rows, segments, ridge: cubes, reached: countReached(signals, blend) };
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
    scorer.clear();
  }
  return reached * EVERY;
}

import { DEFAULT_BLEND } from './default-blend.ts';
import { unknownDemand } from './demand.ts';
import { fitBlend } from './fit.ts';
import { fitChances } from './fit-chances.ts';
import type { Chances } from './lists.ts';
import type { Pool } from './parallel/pool.ts';
import { timed } from './phases.ts';
import { prepareLessons } from './prepare-lessons.ts';
import { sampleUsers } from './sample-users.ts';
import { measureSolution, type SolutionMetrics } from './solution-metrics.ts';
import { chooseTestUsers } from './test-users.ts';
import type { LearntWeights, TrainingInput } from './training-input.ts';

/** Users that weights are learnt from, at most. */
export const MOST_LESSON_USERS = 100_000;

/** What is learnt from holding the latest purchases out; its memory is free again before the whole is learnt. */
export async function learnWeights(input: TrainingInput, pool: Pool): Promise<LearntWeights> {
  const { seed, log } = input;
  const shop = { interactions: input.interactions, userFacts: input.userFacts };
  const sample = sampleUsers(shop, MOST_LESSON_USERS, seed);
  const { interactions } = sample;
  const test = timed('test users', () => chooseTestUsers(interactions, seed));
  const lessons = await prepareLessons({ ...input, ...sample }, test, pool);
  const [latest] = lessons;
  if (latest === undefined) return { blend: DEFAULT_BLEND, chances: unknownChances(), metrics: {} };
  const { blend, trials, lists } = await fitBlend(lessons, seed, pool);
  log(`blend learnt from ${lists} lists`);
  const chances = await fitChances(lessons, trials, { seed, pool });
  const { signals } = latest;
  const measured = await measureSolution(test, { interactions, signals, blend, pool });
  logMetrics(measured, log);
  return { blend, chances, metrics: measured.metrics };
}

/** Ours beside what the most popular items alone would have reached. */
function logMetrics({ metrics, popularity }: SolutionMetrics, log: (line: string) => void): void {
  for (const [name, value] of Object.entries(metrics)) {
    log(`${name} ${value.toFixed(4)} (popularity ${(popularity[name] ?? 0).toFixed(4)})`);
  }
}

/** Nothing observed: no chance is claimed. */
function unknownChances(): Chances {
  return {
    demand: unknownDemand(),
    calibration: { score: new Float32Array(0), chance: new Float32Array(0) },
  };
}

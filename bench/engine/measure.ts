import { monitorEventLoopDelay } from 'node:perf_hooks';
import { z } from 'zod';
import { recommendForUsers, segmentsForItems, similarForItems } from '../../local/engine/infer.ts';
import type { RecommenderModel } from '../../local/engine/model.ts';
import { readModel, writeModel } from '../../local/engine/model-file.ts';
import { phases } from '../../local/engine/phases.ts';
import {
  type TrainingInput,
  trainItemAffinity,
  trainPopularity,
  trainRecommender,
  trainSimilarItems,
} from '../../local/engine/train.ts';
import { countWork, Work } from './countWork.ts';
import { readShopFiles } from './shopFiles.ts';

/** What the measured process tells when it ends. */
export const Measurement = z.object({
  /** Seconds of training and inference of all recipes, by stage, in order. */
  stages: z.array(z.object({ name: z.string(), seconds: z.number() })),
  /** Seconds by stage and phase: keys are `stage/phase`. */
  phases: z.record(z.string(), z.number()),
  /** Bytes. */
  peak: z.number(),
  /** Longest time the calling thread did not answer, in seconds. */
  longestPause: z.number(),
  work: Work.nullable(),
});
export type Measurement = z.infer<typeof Measurement>;

export interface MeasureRequest {
  readonly folder: string;
  readonly threads: number;
  readonly k: number;
  /** Where the fitted model lies: written when weights are learnt, read when they are known. */
  readonly model: string;
  readonly weights: 'learn' | 'known';
  readonly count: boolean;
}

type Stage = <T>(name: string, work: () => Promise<T>) => Promise<T>;

/** Trains and infers everything in this process; call it in a fresh one. */
export async function measureEngine(request: MeasureRequest): Promise<Measurement> {
  const learnt = request.weights === 'known' ? await learntWeights(request.model) : {};
  const data = await readShopFiles(request.folder);
  const input: TrainingInput = {
    ...data,
    ...learnt,
    seed: 1,
    now: data.interactions.times.reduce((latest, time) => Math.max(latest, time), 0) + 1,
    log: () => undefined,
    threads: request.threads,
  };
  const stages: Measurement['stages'] = [];
  const times: Record<string, number> = {};
  let current = '';
  const Told = z.object({ name: z.string(), seconds: z.number() });
  phases.subscribe((message) => {
    const { name, seconds } = Told.parse(message);
    times[`${current}/${name}`] = (times[`${current}/${name}`] ?? 0) + seconds;
  });
  const stage: Stage = async (name, work) => {
    current = name;
    const from = performance.now();
    const result = await work();
    stages.push({ name, seconds: (performance.now() - from) / 1000 });
    return result;
  };
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  const recommender = await everyRecipe(input, request, stage);
  delay.disable();
  const peak = process.resourceUsage().maxRSS * 1024;
  if (request.weights === 'learn') await writeModel(request.model, recommender);
  const work = request.count ? countWork(recommender) : null;
  return { stages, phases: times, peak, longestPause: delay.max / 1e9, work };
}

async function learntWeights(path: string): Promise<Pick<TrainingInput, 'learnt' | 'sizeExponent'>> {
  const model = await readModel(path);
  if (model.recipe !== 'recommender' || model.scorer.chances === null) throw new Error('not a fitted model');
  const { blend, chances } = model.scorer;
  return { learnt: { blend, chances, metrics: {} }, sizeExponent: 0.25 };
}

async function everyRecipe(
  input: TrainingInput,
  { k, threads }: MeasureRequest,
  stage: Stage,
): Promise<RecommenderModel> {
  const { userCount, itemCount } = input.interactions;
  const users = Int32Array.from({ length: userCount }, (_, user) => user);
  const items = Int32Array.from({ length: itemCount }, (_, item) => item);
  const ask = { k, threads, onBatch: () => undefined };
  const recommender = await stage('train recommender', () => trainRecommender(input));
  await stage('recommend to every user', () => recommendForUsers(recommender, { ...ask, of: users }));
  const similar = await stage('train similar items', () => trainSimilarItems(input));
  await stage('similar items of every item', () => similarForItems(similar, { ...ask, of: items }));
  await stage('train popularity', () => trainPopularity(input));
  const affinity = await stage('train item affinity', () => trainItemAffinity(input));
  await stage('users of every item', () => segmentsForItems(affinity, { ...ask, of: items }));
  return recommender;
}

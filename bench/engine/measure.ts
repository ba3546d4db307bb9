import { monitorEventLoopDelay } from 'node:perf_hooks';
import { z } from 'zod';
import {
  type ListRequest,
  recommendForUsers,
  segmentsForItems,
  similarForItems,
} from '../../local/engine/infer.ts';
import type { ItemAffinityModel, RecommenderModel } from '../../local/engine/model.ts';
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
  const affinity = await everyRecipe(input, request, stage);
  delay.disable();
  const peak = process.resourceUsage().maxRSS * 1024;
  const work = request.count ? countWork(await readRecommender(request.model), affinity) : null;
  return { stages, phases: times, peak, longestPause: delay.max / 1e9, work };
}

async function readRecommender(path: string): Promise<RecommenderModel> {
  const model = await readModel(path);
  if (model.recipe !== 'recommender') throw new Error(`${path} holds a model of ${model.recipe}`);
  return model;
}

async function learntWeights(path: string): Promise<Pick<TrainingInput, 'learnt' | 'sizeExponent'>> {
  const { blend, chances } = (await readRecommender(path)).scorer;
  if (chances === null) throw new Error(`${path} holds no fitted model`);
  return { learnt: { blend, chances, metrics: {} }, sizeExponent: 0.25 };
}

/** One recipe after the other, each model let go before the next, as the stand-in's jobs do; answers the last. */
async function everyRecipe(
  input: TrainingInput,
  request: MeasureRequest,
  stage: Stage,
): Promise<ItemAffinityModel> {
  const { userCount, itemCount } = input.interactions;
  const users = Int32Array.from({ length: userCount }, (_, user) => user);
  const items = Int32Array.from({ length: itemCount }, (_, item) => item);
  const ask = { k: request.k, threads: request.threads, onBatch: () => undefined };
  await recommenderStages(input, { ...request, ask: { ...ask, of: users } }, stage);
  await similarStages(input, { ...ask, of: items }, stage);
  await stage('train popularity', () => trainPopularity(input));
  return affinityStages(input, { ...ask, of: items }, stage);
}

async function recommenderStages(
  input: TrainingInput,
  { model, weights, ask }: MeasureRequest & { readonly ask: ListRequest },
  stage: Stage,
): Promise<void> {
  const trained = await stage('train recommender', () => trainRecommender(input));
  await stage('recommend to every user', () => recommendForUsers(trained, ask));
  if (weights === 'learn') await writeModel(model, trained);
}

async function similarStages(input: TrainingInput, ask: ListRequest, stage: Stage): Promise<void> {
  const trained = await stage('train similar items', () => trainSimilarItems(input));
  await stage('similar items of every item', () => similarForItems(trained, ask));
}

async function affinityStages(
  input: TrainingInput,
  ask: ListRequest,
  stage: Stage,
): Promise<ItemAffinityModel> {
  const trained = await stage('train item affinity', () => trainItemAffinity(input));
  await stage('users of every item', () => segmentsForItems(trained, ask));
  return trained;
}

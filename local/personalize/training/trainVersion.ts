import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Model } from '../../engine/model.ts';
import { writeModel } from '../../engine/model-file.ts';
import {
  type TrainingInput,
  trainItemAffinity,
  trainPopularity,
  trainRecommender,
  trainSimilarItems,
} from '../../engine/train.ts';
import type { DatasetSources } from '../data/dataset.ts';
import { MIN_INTERACTIONS, MIN_USERS_WITH_TWO_INTERACTIONS } from '../limits.ts';
import type { Learner } from '../recipes/catalogue.ts';
import { JobFailure } from '../state/jobFailure.ts';
import { type EventChoice, readTrainingData, type TrainingData } from './trainingData.ts';

/** Plain data: it crosses to a worker thread. */
export interface TrainTask {
  readonly kind: 'train';
  readonly dataDir: string;
  readonly sources: DatasetSources;
  readonly learner: Learner;
  readonly events: EventChoice;
  /** The file to write, below `dataDir`. */
  readonly model: string;
  readonly minimums: boolean;
  /** Epoch seconds: today, for data whose times are no dates. */
  readonly now: number;
}

export interface TrainResult {
  readonly metrics: Readonly<Record<string, number>>;
}

const SEED = 20_260_101;

const TRAINERS: Readonly<Record<Learner, (input: TrainingInput) => Promise<Model>>> = {
  recommender: trainRecommender,
  'similar-items': trainSimilarItems,
  popularity: trainPopularity,
  'item-affinity': trainItemAffinity,
};

function checkMinimums({ interactions: { length, userCount, users } }: TrainingData): void {
  if (length < MIN_INTERACTIONS) {
    throw new JobFailure(`Create failed. Dataset has fewer than ${MIN_INTERACTIONS} interactions.`);
  }
  const counts = new Int32Array(userCount);
  let withTwo = 0;
  for (let i = 0; i < length; i++) {
    const user = users[i] as number;
    counts[user] = (counts[user] as number) + 1;
    if (counts[user] === 2) withTwo++;
  }
  if (withTwo < MIN_USERS_WITH_TWO_INTERACTIONS) {
    throw new JobFailure(
      `Create failed. Dataset has fewer than ${MIN_USERS_WITH_TWO_INTERACTIONS} users with at least 2 interactions each.`,
    );
  }
}

/** The present of the data: its latest event, so that a table of 2011 is not learnt as if it were stale. */
function presentOf({ interactions: { times, timeKind } }: TrainingData, now: number): number {
  if (timeKind !== 'seconds') return now;
  let latest = 0;
  for (let i = 0; i < times.length; i++) if ((times[i] as number) > latest) latest = times[i] as number;
  return latest;
}

/** Trains one solution version and writes its model. */
export async function trainVersion(task: TrainTask, log: (line: string) => void): Promise<TrainResult> {
  const data = await readTrainingData(task.dataDir, task.sources, task.events);
  if (data.interactions.length === 0)
    throw new JobFailure('Create failed. Dataset has no interactions to learn from.');
  if (task.minimums) checkMinimums(data);
  const { interactions, userIds, itemIds, itemFacts, userFacts } = data;
  const model = await TRAINERS[task.learner]({
    interactions,
    userIds,
    itemIds,
    ...(itemFacts === null ? {} : { itemFacts }),
    ...(userFacts === null ? {} : { userFacts }),
    seed: SEED,
    now: presentOf(data, task.now),
    log,
  });
  const path = join(task.dataDir, task.model);
  await mkdir(dirname(path), { recursive: true });
  await writeModel(path, model);
  return { metrics: model.metrics };
}

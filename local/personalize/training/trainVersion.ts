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
import { trainTrending } from '../../engine/trending.ts';
import { type DatasetSources, readDataset } from '../data/dataset.ts';
import { writeTable } from '../data/tableFiles.ts';
import { MIN_INTERACTIONS, MIN_USERS_WITH_TWO_INTERACTIONS } from '../limits.ts';
import type { Learner } from '../recipes/catalogue.ts';
import { JobFailure } from '../state/jobFailure.ts';
import { itemsOfModel } from './modelFiles.ts';
import { type EventChoice, readTrainingData, type TrainingData } from './trainingData.ts';

/** Plain data: it crosses to a worker thread. */
export interface TrainTask {
  readonly kind: 'train';
  readonly dataDir: string;
  readonly sources: DatasetSources;
  readonly learner: Learner;
  readonly events: EventChoice;
  readonly trendSeconds: number | null;
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

/** Starting threads for fewer costs more than they save. */
const FEW_INTERACTIONS = 1_000;

interface Input extends TrainingInput {
  readonly trendSeconds: number | null;
}

const TRAINERS: Readonly<Record<Learner, (input: Input) => Promise<Model>>> = {
  recommender: trainRecommender,
  'similar-items': trainSimilarItems,
  popularity: trainPopularity,
  trending: async ({ trendSeconds, ...input }) =>
    trainTrending({ ...input, ...(trendSeconds === null ? {} : { windowSeconds: trendSeconds }) }),
  'item-affinity': trainItemAffinity,
  'item-attribute-affinity': trainItemAffinity,
};

/** Segments by attributes are asked of the items as they were when the version was made. */
async function keepItems({ dataDir, sources, model }: TrainTask): Promise<void> {
  const items = await readDataset(dataDir, sources, { type: 'ITEMS' });
  if (items === null) throw new JobFailure('Create failed. The dataset group has no Items data.');
  await writeTable(join(dataDir, itemsOfModel(model)), items);
}

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
    trendSeconds: task.trendSeconds,
    log,
    ...(interactions.length < FEW_INTERACTIONS ? { threads: 0 } : {}),
  });
  const path = join(task.dataDir, task.model);
  await mkdir(dirname(path), { recursive: true });
  if (task.learner === 'item-attribute-affinity') await keepItems(task);
  await writeModel(path, model);
  return { metrics: model.metrics };
}

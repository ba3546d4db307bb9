import { z } from 'zod';
import type { DatasetSources } from '../data/dataset.ts';
import type { Learner } from '../recipes/catalogue.ts';
import type { Service } from '../service.ts';
import type { EventChoice } from './trainingData.ts';

const TrainResult = z.object({ metrics: z.record(z.string(), z.number()) });

interface Training {
  readonly learner: Learner;
  readonly sources: DatasetSources;
  readonly events: EventChoice;
  /** trending-now: length of the window; null: the engine's. */
  readonly trendSeconds: number | null;
  /** The file to write, below the data folder. */
  readonly model: string;
}

/** Trains in a worker thread; answers the model's metrics, by Personalize's names. */
export async function trainModel(
  service: Service,
  training: Training,
  signal: AbortSignal,
): Promise<Record<string, number>> {
  const { dataDir, log, profile, threads, clock } = service;
  const now = Math.floor(clock.now() / 1000);
  const result = await threads.run(
    { kind: 'train', dataDir, minimums: profile.minimums, now, ...training },
    { signal, log },
  );
  return TrainResult.parse(result).metrics;
}

import type { Model } from '../../engine/model.ts';
import type { FilterTask } from '../filters/filterData.ts';
import type { Selection } from '../filters/selection.ts';
import type { S3Settings } from '../storage/client.ts';

/** How a recipe is asked in batch. */
export type Asking = 'users' | 'items' | 'popular' | 'ranking';

/** Plain data: it crosses to a worker thread. */
export interface InferenceTask {
  readonly kind: 'inference';
  readonly s3: S3Settings;
  readonly dataDir: string;
  /** The model's file, below `dataDir`. */
  readonly model: string;
  readonly asking: Asking;
  readonly scores: boolean;
  readonly inputPath: string;
  readonly outputPath: string;
  readonly numResults: number;
  readonly filter: FilterTask | null;
}

/** A job under way: what it was asked, the model, and ids both ways. */
export interface Answering {
  readonly task: InferenceTask;
  readonly model: Model;
  /** Index of the users, or of the items when items are asked. */
  readonly indexOf: ReadonlyMap<string, number>;
  readonly itemIndexOf: ReadonlyMap<string, number>;
  /** Items' ids as they stand in JSON. */
  readonly quotedItems: readonly string[];
  readonly selection: Selection | null;
}

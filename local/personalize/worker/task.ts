import type { InferenceTask } from '../batch-jobs/runInference.ts';
import type { SegmentTask } from '../batch-jobs/segments.ts';
import type { DeletionTask } from '../deletion-jobs/deleteUsers.ts';
import type { ExportTask } from '../export-jobs/exportData.ts';
import type { ImportTask } from '../import-jobs/importData.ts';
import type { TrainTask } from '../training/trainVersion.ts';

/** What can be done in a worker thread: plain data in, plain data out. */
export type Task = ImportTask | TrainTask | InferenceTask | SegmentTask | ExportTask | DeletionTask;

/** What a worker thread says: a line for the log, or how its task ended. */
export type Message =
  | { readonly type: 'log'; readonly line: string }
  | { readonly type: 'done'; readonly result: unknown }
  /** The job failed as jobs do: the reason is for the customer. */
  | { readonly type: 'failed'; readonly reason: string }
  | { readonly type: 'broke'; readonly error: string };

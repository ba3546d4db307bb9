import type { FilterTask } from '../filters/filterData.ts';
import type { S3Settings } from '../storage/client.ts';
import type { OpenObject } from '../storage/upload.ts';
import type { AskedLine } from './lines.ts';

/** Plain data: it crosses to a worker thread. */
export interface SegmentTask {
  readonly kind: 'segments';
  readonly s3: S3Settings;
  readonly dataDir: string;
  /** The model's file, below `dataDir`. */
  readonly model: string;
  /** What a line names: an item, or attributes of items. */
  readonly asking: 'items' | 'attributes';
  readonly inputPath: string;
  readonly outputPath: string;
  readonly numResults: number;
  readonly filter: FilterTask | null;
}

/** What both kinds of segment are made from. */
export interface SegmentParts {
  readonly task: SegmentTask;
  /** Index of an item's id. */
  readonly indexOf: ReadonlyMap<string, number>;
  /** The filter's answer for a line, by user index; null: every user passes. */
  readonly maskOf: (line: AskedLine) => Uint8Array | null;
}

/** Writes a line for each line of a file. */
export type AnswerSegments = (lines: readonly AskedLine[], output: OpenObject) => Promise<void>;

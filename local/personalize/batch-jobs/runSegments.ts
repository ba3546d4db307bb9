import { join } from 'node:path';
import { type ListBatch, segmentsForItems } from '../../engine/infer.ts';
import { readModel } from '../../engine/model-file.ts';
import { type FilterData, type FilterTask, readFilterData } from '../filters/filterData.ts';
import { userMask } from '../filters/userMask.ts';
import { MAX_SEGMENT_ITEMS } from '../limits.ts';
import { JobFailure } from '../state/jobFailure.ts';
import type { S3Settings } from '../storage/client.ts';
import { answerFiles } from './jobFiles.ts';
import { type AskedLine, readLine } from './lines.ts';
import { quoteAll, segmentLine } from './outputLines.ts';

/** Plain data: it crosses to a worker thread. */
export interface SegmentTask {
  readonly kind: 'segments';
  readonly s3: S3Settings;
  readonly dataDir: string;
  /** The model's file, below `dataDir`. */
  readonly model: string;
  readonly inputPath: string;
  readonly outputPath: string;
  readonly numResults: number;
  readonly filter: FilterTask | null;
}

async function readItems(lines: AsyncIterable<string>): Promise<AskedLine[]> {
  const asked: AskedLine[] = [];
  for await (const line of lines) {
    if (asked.length === MAX_SEGMENT_ITEMS) {
      throw new JobFailure(
        `An input file of a segment job can have no more than ${MAX_SEGMENT_ITEMS} items.`,
      );
    }
    asked.push(readLine(line, 'itemId'));
  }
  return asked;
}

interface Segments {
  readonly quotedUsers: readonly string[];
  /** Users in a segment, at most. */
  readonly limit: number;
  /** The filter's answer for a line, by user index; null: every user passes. */
  readonly maskOf: (line: AskedLine) => Uint8Array | null;
}

function usersOf(
  batch: ListBatch,
  row: number,
  line: AskedLine,
  { quotedUsers, limit, maskOf }: Segments,
): string[] {
  const users: string[] = [];
  const mask = maskOf(line);
  for (let at = row * batch.width; at < (row + 1) * batch.width && users.length < limit; at++) {
    const index = batch.ids[at] ?? -1;
    if (index < 0) break;
    if (mask === null || mask[index] === 1) users.push(quotedUsers[index] ?? '""');
  }
  return users;
}

/** Masks are the same for all lines with the same filter values. */
function maskPerFilterValues(data: FilterData, userIds: readonly string[]) {
  const masks = new Map<string, Uint8Array>();
  return ({ filterValues, id }: AskedLine): Uint8Array => {
    const key = JSON.stringify(filterValues);
    const mask = masks.get(key) ?? userMask(data, { filterValues, itemId: id }, userIds);
    masks.set(key, mask);
    return mask;
  };
}

/** A batch segment job: items in, for each the users most likely to buy it out, best first. */
export async function runSegments(task: SegmentTask): Promise<void> {
  const model = await readModel(join(task.dataDir, task.model));
  const indexOf = new Map(model.itemIds.map((id, index) => [id, index]));
  const data = task.filter && (await readFilterData(task.dataDir, task.filter));
  const segments: Segments = {
    quotedUsers: quoteAll(model.userIds),
    limit: task.numResults,
    maskOf: data === null ? () => null : maskPerFilterValues(data, model.userIds),
  };
  await answerFiles(task, async (lines, output) => {
    const asked = await readItems(lines);
    await segmentsForItems(model, {
      of: asked.map(({ id }) => indexOf.get(id) ?? -1),
      // A filter may refuse any number of the first: then all users are asked for.
      k: data === null ? Math.min(task.numResults, model.userIds.length) : model.userIds.length,
      onBatch: async (batch) => {
        for (let row = 0; row < batch.rows; row++) {
          const line = asked[batch.from + row];
          if (line === undefined) continue;
          await output.write(
            segmentLine(line, line.error === null ? usersOf(batch, row, line, segments) : []),
          );
        }
      },
    });
  });
}

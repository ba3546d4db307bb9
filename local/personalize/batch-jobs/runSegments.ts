import { join } from 'node:path';
import { readModel } from '../../engine/model-file.ts';
import { type FilterData, readFilterData } from '../filters/filterData.ts';
import { filterProblem } from '../filters/parameters.ts';
import { userMask } from '../filters/userMask.ts';
import { MAX_SEGMENT_ITEMS, MAX_SEGMENT_QUERIES } from '../limits.ts';
import { JobFailure } from '../state/jobFailure.ts';
import { attributeSegments } from './attributeSegments.ts';
import { itemSegments } from './itemSegments.ts';
import { answerFiles } from './jobFiles.ts';
import { type AskedLine, readLine, userError } from './lines.ts';
import type { SegmentTask } from './segments.ts';

/** How the lines of each kind of segment are read. */
const LINES = {
  items: { form: 'itemId', most: MAX_SEGMENT_ITEMS, what: 'items' },
  attributes: { form: 'itemAttributes', most: MAX_SEGMENT_QUERIES, what: 'queries' },
} as const;

async function readAsked(lines: AsyncIterable<string>, { asking }: SegmentTask): Promise<AskedLine[]> {
  const { form, most, what } = LINES[asking];
  const asked: AskedLine[] = [];
  for await (const line of lines) {
    if (asked.length === most)
      throw new JobFailure(`An input file of a segment job can have no more than ${most} ${what}.`);
    asked.push(readLine(line, form));
  }
  return asked;
}

/** Masks are the same for all lines with the same filter values. */
function maskPerFilterValues(data: FilterData, userIds: readonly string[]) {
  const masks = new Map<string, Uint8Array>();
  return ({ filterValues }: AskedLine): Uint8Array => {
    const key = JSON.stringify(filterValues);
    const mask = masks.get(key) ?? userMask(data, { filterValues, itemId: '' }, userIds);
    masks.set(key, mask);
    return mask;
  };
}

/** A line whose filter values cannot be used is a bad line. */
function checked(data: FilterData | null, line: AskedLine): AskedLine {
  const problem =
    data === null || line.error !== null ? null : filterProblem(data.expression, line.filterValues);
  return problem === null ? line : { ...line, error: userError(problem) };
}

/** A batch segment job: items or attributes in, for each the users most likely to buy them out, best first. */
export async function runSegments(task: SegmentTask): Promise<void> {
  const model = await readModel(join(task.dataDir, task.model));
  if (model.recipe !== 'item-affinity') throw new Error(`A model of ${model.recipe} has no segments.`);
  const data = task.filter && (await readFilterData(task.dataDir, task.filter));
  const parts = {
    task,
    indexOf: new Map(model.itemIds.map((id, index) => [id, index])),
    maskOf: data === null ? () => null : maskPerFilterValues(data, model.userIds),
  };
  const answer = task.asking === 'items' ? itemSegments(model, parts) : await attributeSegments(model, parts);
  await answerFiles(task, async (lines, output) => {
    const asked = await readAsked(lines, task);
    await answer(
      asked.map((line) => checked(data, line)),
      output,
    );
  });
}

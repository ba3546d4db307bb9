import { join } from 'node:path';
import { readModel } from '../../engine/model-file.ts';
import { readFilterData } from '../filters/filterData.ts';
import { createSelection } from '../filters/selection.ts';
import type { OpenObject } from '../storage/upload.ts';
import type { Answering, Asking, InferenceTask } from './answering.ts';
import { chunksOf } from './chunks.ts';
import { filteredLists } from './filteredLists.ts';
import { answerFiles } from './jobFiles.ts';
import { type AskedLine, type LineForm, readLine } from './lines.ts';
import { eachList } from './lists.ts';
import { failedRecommendationLine, type ListView, quoteAll, recommendationLine } from './outputLines.ts';

/** Lines answered in one call to the engine. */
const LINES_AT_ONCE = 100_000;
/** Filtered lists are kept until the chunk is whole: fewer of them. */
const FILTERED_LINES_AT_ONCE = 10_000;

const FORM_OF: Readonly<Record<Asking, LineForm>> = {
  users: 'userId',
  popular: 'userId',
  items: 'itemId',
  ranking: 'ranking',
};

function textOf({ task, quotedItems }: Answering, line: AskedLine, list: ListView | undefined): string {
  return line.error === null && list !== undefined
    ? recommendationLine(line, list, quotedItems, task.scores)
    : failedRecommendationLine(line, task.scores);
}

async function answerChunk(
  answering: Answering,
  lines: readonly AskedLine[],
  output: OpenObject,
): Promise<void> {
  const options = { k: answering.task.numResults, itemMask: null };
  await eachList(answering, lines, options, async (from, lists) => {
    const texts = lists.map((list, row) => {
      const line = lines[from + row];
      return line === undefined ? '' : textOf(answering, line, list);
    });
    await output.write(texts.join(''));
  });
}

/** A line whose filter values cannot be used is a bad line. */
function checked({ selection, task }: Answering, line: AskedLine): AskedLine {
  if (selection === null || line.error !== null) return line;
  const itemId = task.asking === 'items' ? line.id : '';
  const problem = selection.problem({ filterValues: line.filterValues, itemId });
  return problem === null ? line : { ...line, error: `User error: ${problem}` };
}

async function answerFiltered(
  answering: Answering,
  lines: readonly AskedLine[],
  output: OpenObject,
): Promise<void> {
  if (answering.selection === null) return answerChunk(answering, lines, output);
  const good = lines.filter(({ error }) => error === null);
  const lists = await filteredLists(answering, answering.selection, good);
  let next = 0;
  const texts = lines.map((line) => textOf(answering, line, line.error === null ? lists[next++] : undefined));
  await output.write(texts.join(''));
}

async function* asked(answering: Answering, lines: AsyncIterable<string>): AsyncIterable<AskedLine> {
  const form = FORM_OF[answering.task.asking];
  for await (const line of lines) yield checked(answering, readLine(line, form));
}

async function prepare(task: InferenceTask): Promise<Answering> {
  const model = await readModel(join(task.dataDir, task.model));
  const itemIndexOf = new Map(model.itemIds.map((id, index) => [id, index]));
  const indexOf =
    task.asking === 'items' ? itemIndexOf : new Map(model.userIds.map((id, index) => [id, index]));
  const data = task.filter && (await readFilterData(task.dataDir, task.filter));
  const selection = data && createSelection(data, model.itemIds);
  return { task, model, indexOf, itemIndexOf, quotedItems: quoteAll(model.itemIds), selection };
}

/** A batch inference job: JSON Lines in, one line of recommendations out for each. */
export async function runInference(task: InferenceTask): Promise<void> {
  const answering = await prepare(task);
  const size = task.filter === null ? LINES_AT_ONCE : FILTERED_LINES_AT_ONCE;
  await answerFiles(task, async (lines, output) => {
    for await (const chunk of chunksOf(asked(answering, lines), size))
      await answerFiltered(answering, chunk, output);
  });
}

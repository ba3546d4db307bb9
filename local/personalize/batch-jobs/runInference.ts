import {
  type Answering,
  type AnsweringOptions,
  type Asking,
  type ListView,
  prepareAnswering,
} from '../answering/answering.ts';
import { filteredLists } from '../answering/filteredLists.ts';
import { eachList } from '../answering/lists.ts';
import type { S3Settings } from '../storage/client.ts';
import type { OpenObject } from '../storage/upload.ts';
import { chunksOf } from './chunks.ts';
import { answerFiles } from './jobFiles.ts';
import { type AskedLine, type LineForm, readLine } from './lines.ts';
import { failedRecommendationLine, quoteAll, recommendationLine } from './outputLines.ts';

/** Plain data: it crosses to a worker thread. */
export interface InferenceTask extends AnsweringOptions {
  readonly kind: 'inference';
  readonly s3: S3Settings;
  readonly scores: boolean;
  readonly inputPath: string;
  readonly outputPath: string;
}

interface Job extends Answering {
  readonly scores: boolean;
  /** Items' ids as they stand in JSON. */
  readonly quotedItems: readonly string[];
}

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

function textOf({ scores, quotedItems }: Job, line: AskedLine, list: ListView | undefined): string {
  return line.error === null && list !== undefined
    ? recommendationLine(line, list, quotedItems, scores)
    : failedRecommendationLine(line, scores);
}

async function answerPlain(job: Job, lines: readonly AskedLine[], output: OpenObject): Promise<void> {
  await eachList(job, lines, { k: job.numResults, itemMask: null }, async (from, lists) => {
    const texts = lists.map((list, row) => {
      const line = lines[from + row];
      return line === undefined ? '' : textOf(job, line, list);
    });
    await output.write(texts.join(''));
  });
}

/** A line whose filter values cannot be used is a bad line. */
function checked({ selection, asking }: Job, line: AskedLine): AskedLine {
  if (selection === null || line.error !== null) return line;
  const problem = selection.problem({
    filterValues: line.filterValues,
    itemId: asking === 'items' ? line.id : '',
  });
  return problem === null ? line : { ...line, error: `User error: ${problem}` };
}

async function answerChunk(job: Job, lines: readonly AskedLine[], output: OpenObject): Promise<void> {
  if (job.selection === null) return answerPlain(job, lines, output);
  const good = lines.filter(({ error }) => error === null);
  const lists = await filteredLists(job, job.selection, good);
  let next = 0;
  const texts = lines.map((line) => textOf(job, line, line.error === null ? lists[next++] : undefined));
  await output.write(texts.join(''));
}

async function* asked(job: Job, lines: AsyncIterable<string>): AsyncIterable<AskedLine> {
  for await (const line of lines) yield checked(job, readLine(line, FORM_OF[job.asking]));
}

/** A batch inference job: JSON Lines in, one line of recommendations out for each. */
export async function runInference(task: InferenceTask): Promise<void> {
  const answering = await prepareAnswering(task);
  const job: Job = { ...answering, scores: task.scores, quotedItems: quoteAll(answering.model.itemIds) };
  const size = task.filter === null ? LINES_AT_ONCE : FILTERED_LINES_AT_ONCE;
  await answerFiles(task, async (lines, output) => {
    for await (const chunk of chunksOf(asked(job, lines), size)) await answerChunk(job, chunk, output);
  });
}

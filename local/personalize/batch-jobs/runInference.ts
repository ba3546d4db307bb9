import { join } from 'node:path';
import {
  type ListBatch,
  popularItems,
  rankForUser,
  recommendForUsers,
  similarForItems,
} from '../../engine/infer.ts';
import type { Model } from '../../engine/model.ts';
import { readModel } from '../../engine/model-file.ts';
import type { S3Settings } from '../storage/client.ts';
import type { OpenObject } from '../storage/upload.ts';
import { chunksOf } from './chunks.ts';
import { answerFiles } from './jobFiles.ts';
import { type AskedLine, type LineForm, readLine } from './lines.ts';
import { failedRecommendationLine, type ListView, quoteAll, recommendationLine } from './outputLines.ts';

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
}

/** Lines answered in one call to the engine. */
const LINES_AT_ONCE = 100_000;

const FORM_OF: Readonly<Record<Asking, LineForm>> = {
  users: 'userId',
  popular: 'userId',
  items: 'itemId',
  ranking: 'ranking',
};

interface Answering {
  readonly task: InferenceTask;
  readonly model: Model;
  readonly indexOf: ReadonlyMap<string, number>;
  readonly quotedItems: readonly string[];
}

const indexesOf = (ids: readonly string[]) => new Map(ids.map((id, index) => [id, index]));

/** Writes lines whose lists came from one engine batch. */
async function writeBatch(
  answering: Answering,
  lines: readonly AskedLine[],
  batch: ListBatch,
  output: OpenObject,
) {
  const { quotedItems, task } = answering;
  const texts: string[] = [];
  for (let row = 0; row < batch.rows; row++) {
    const line = lines[batch.from + row];
    if (line === undefined) continue;
    const list: ListView = {
      ids: batch.ids,
      scores: batch.scores,
      from: row * batch.width,
      to: (row + 1) * batch.width,
    };
    texts.push(
      line.error === null
        ? recommendationLine(line, list, quotedItems, task.scores)
        : failedRecommendationLine(line, task.scores),
    );
  }
  await output.write(texts.join(''));
}

async function answerLists(
  answering: Answering,
  lines: readonly AskedLine[],
  output: OpenObject,
): Promise<void> {
  const { model, task, indexOf } = answering;
  const request = {
    of: Int32Array.from(lines, ({ id }) => indexOf.get(id) ?? -1),
    k: Math.min(task.numResults, model.itemIds.length),
    onBatch: (batch: ListBatch) => writeBatch(answering, lines, batch, output),
  };
  await (task.asking === 'users' ? recommendForUsers(model, request) : similarForItems(model, request));
}

/** The same list for every line: popularity knows no users. */
async function answerPopular(
  { model, task, quotedItems }: Answering,
  lines: readonly AskedLine[],
  output: OpenObject,
) {
  const { ids, scores } = popularItems(model, task.numResults);
  const list: ListView = { ids, scores, from: 0, to: ids.length };
  for (const line of lines) {
    const answered = line.error === null;
    await output.write(
      answered
        ? recommendationLine(line, list, quotedItems, task.scores)
        : failedRecommendationLine(line, task.scores),
    );
  }
}

/** A user's own order of the items asked; items that the model does not know come last, without a chance. */
function rankedLine(answering: Answering, itemIndexOf: ReadonlyMap<string, number>, line: AskedLine): string {
  const { model, task, indexOf } = answering;
  const known = line.itemList.filter((id) => itemIndexOf.has(id));
  const items = known.map((id) => itemIndexOf.get(id) ?? -1);
  const ranked = rankForUser(model, { user: indexOf.get(line.id) ?? -1, items });
  const names = [...ranked.ids].map((index) => model.itemIds[index] ?? '');
  const rest = line.itemList.filter((id) => !itemIndexOf.has(id));
  const shown = [...names, ...rest];
  const scores = shown.map((_, at) => ranked.scores[at] ?? 0);
  const list: ListView = { ids: [...shown.keys()], scores, from: 0, to: shown.length };
  return recommendationLine(line, list, quoteAll(shown), task.scores);
}

async function answerRanking(
  answering: Answering,
  lines: readonly AskedLine[],
  output: OpenObject,
): Promise<void> {
  const itemIndexOf = indexesOf(answering.model.itemIds);
  for (const line of lines) {
    await output.write(
      line.error === null
        ? rankedLine(answering, itemIndexOf, line)
        : failedRecommendationLine(line, answering.task.scores),
    );
  }
}

const ANSWERS: Readonly<Record<Asking, typeof answerLists>> = {
  users: answerLists,
  items: answerLists,
  popular: answerPopular,
  ranking: answerRanking,
};

async function* asked(lines: AsyncIterable<string>, form: LineForm): AsyncIterable<AskedLine> {
  for await (const line of lines) yield readLine(line, form);
}

/** A batch inference job: JSON Lines in, one line of recommendations out for each. */
export async function runInference(task: InferenceTask): Promise<void> {
  const model = await readModel(join(task.dataDir, task.model));
  const answering: Answering = {
    task,
    model,
    indexOf: indexesOf(task.asking === 'items' ? model.itemIds : model.userIds),
    quotedItems: quoteAll(model.itemIds),
  };
  await answerFiles(task, async (lines, output) => {
    for await (const chunk of chunksOf(asked(lines, FORM_OF[task.asking]), LINES_AT_ONCE)) {
      await ANSWERS[task.asking](answering, chunk, output);
    }
  });
}

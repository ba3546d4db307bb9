import { join } from 'node:path';
import type { Model } from '../../engine/model.ts';
import { readModel } from '../../engine/model-file.ts';
import { type FilterTask, readFilterData } from '../filters/filterData.ts';
import { createSelection, type Selection } from '../filters/selection.ts';

/** How a recipe is asked. */
export type Asking = 'users' | 'items' | 'popular' | 'ranking';

/** One question: who or what it is about, as the recipe is asked. */
export interface Asked {
  /** The user or item asked about; '' when none. */
  readonly id: string;
  /** Whose interactions and attributes a filter looks at; '' when nobody's. */
  readonly userId: string;
  /** The items to rank. */
  readonly itemList: readonly string[];
  readonly filterValues: Readonly<Record<string, string>>;
}

/** A stretch of one answer's list inside longer arrays; -1 among the ids ends it. */
export interface ListView {
  readonly ids: ArrayLike<number>;
  readonly scores: ArrayLike<number>;
  readonly from: number;
  readonly to: number;
  /** Ids that follow the list, unknown to the model, each with score 0. */
  readonly rest: readonly string[];
}

/** Plain data: what to load for answering. */
export interface AnsweringOptions {
  readonly dataDir: string;
  /** The model's file, below `dataDir`. */
  readonly model: string;
  readonly asking: Asking;
  readonly numResults: number;
  readonly filter: FilterTask | null;
}

/** Ready to answer: the model, ids both ways, and the filter. */
export interface Answering {
  readonly asking: Asking;
  readonly numResults: number;
  readonly model: Model;
  /** Index of the users, or of the items when items are asked. */
  readonly indexOf: ReadonlyMap<string, number>;
  readonly itemIndexOf: ReadonlyMap<string, number>;
  readonly selection: Selection | null;
}

const indexesOf = (ids: readonly string[]) => new Map(ids.map((id, index) => [id, index]));

export async function prepareAnswering(options: AnsweringOptions): Promise<Answering> {
  const { dataDir, asking, numResults, filter } = options;
  const model = await readModel(join(dataDir, options.model));
  const itemIndexOf = indexesOf(model.itemIds);
  const indexOf = asking === 'items' ? itemIndexOf : indexesOf(model.userIds);
  const data = filter && (await readFilterData(dataDir, filter));
  const selection = data && createSelection(data, model.itemIds);
  return { asking, numResults, model, indexOf, itemIndexOf, selection };
}

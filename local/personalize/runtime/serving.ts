import {
  type Answering,
  type Asked,
  type Asking,
  type ListView,
  prepareAnswering,
} from '../answering/answering.ts';
import { filteredLists } from '../answering/filteredLists.ts';
import { eachList } from '../answering/lists.ts';
import { filterTaskOf } from '../filters/filterTask.ts';
import { invalidInput } from '../protocol/errors.ts';
import type { Call } from '../protocol/operation.ts';
import { ASKING, RECIPES } from '../recipes/catalogue.ts';
import type { ResourceOf } from '../state/records.ts';
import { active } from '../state/resources.ts';

interface Predicted {
  readonly itemId: string;
  readonly score?: number;
}

/** A campaign ready to answer. */
export interface Serving {
  readonly asking: Asking;
  answer(asked: Asked, numResults: number): Promise<Predicted[]>;
}

/** Models kept in memory: a shop that tries campaigns here has one or two. */
const KEPT = 2;
const kept = new Map<string, Promise<Answering>>();

function remember(key: string, load: () => Promise<Answering>): Promise<Answering> {
  const found = kept.get(key) ?? load();
  kept.delete(key);
  kept.set(key, found);
  found.catch(() => kept.delete(key));
  for (const old of kept.keys()) if (kept.size > KEPT) kept.delete(old);
  return found;
}

function predictedOf({ model }: Answering, list: ListView, scores: boolean): Predicted[] {
  const predicted: Predicted[] = [];
  for (let at = list.from; at < list.to; at++) {
    const itemId = model.itemIds[list.ids[at] ?? -1];
    if (itemId === undefined) break;
    predicted.push(scores ? { itemId, score: list.scores[at] ?? 0 } : { itemId });
  }
  return [...predicted, ...list.rest.map((itemId) => (scores ? { itemId, score: 0 } : { itemId }))];
}

async function answerOne(answering: Answering, asked: Asked): Promise<ListView | undefined> {
  const { selection, numResults } = answering;
  if (selection !== null) {
    const { id, filterValues } = asked;
    const problem = selection.problem({ filterValues, itemId: answering.asking === 'items' ? id : '' });
    if (problem !== null) throw invalidInput(problem);
    return (await filteredLists(answering, selection, [asked]))[0];
  }
  let first: ListView | undefined;
  await eachList(answering, [asked], { k: numResults, itemMask: null }, async (_from, [list]) => {
    first = list;
  });
  return first;
}

/** Loads what a campaign serves, at its first request. */
export async function servingOf(
  call: Call,
  campaign: ResourceOf<'campaign'>,
  filterArn: string | null,
): Promise<Serving> {
  const { state, dataDir } = call.service;
  const version = active(call, 'solutionVersion', campaign.versionArn);
  const recipe = RECIPES.find(({ name }) => name === version.recipe);
  const asking = recipe && ASKING[recipe.type];
  const { model } = version;
  if (asking === undefined || model === null)
    throw invalidInput(`Campaign ${campaign.arn} cannot be served.`);
  const filter = filterArn === null ? null : filterTaskOf(state, active(call, 'filter', filterArn));
  const key = JSON.stringify([dataDir, model, filter]);
  const answering = await remember(key, () =>
    prepareAnswering({ dataDir, model, asking, numResults: 0, filter }),
  );
  return {
    asking,
    answer: async (asked, numResults) => {
      if (numResults === 0) return [];
      const list = await answerOne({ ...answering, numResults }, asked);
      return list === undefined ? [] : predictedOf(answering, list, recipe?.scores ?? false);
    },
  };
}

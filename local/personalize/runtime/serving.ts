import { z } from 'zod';
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
import { checkFilterSuits } from '../filters/suitability.ts';
import { invalidInput } from '../protocol/errors.ts';
import type { Call } from '../protocol/operation.ts';
import { ASKING, RECIPES, type Recipe } from '../recipes/catalogue.ts';
import type { ResourceOf } from '../state/records.ts';
import { ready } from '../state/resources.ts';

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

/** What answers: a campaign by its version, or a recommender by itself. */
interface Source {
  readonly arn: string;
  readonly recipe: Recipe;
  readonly model: string;
}

const Synced = z.object({ syncWithLatestSolutionVersion: z.boolean().optional() }).optional();

/** The version a campaign serves: its own, or the newest ACTIVE one of the solution when it keeps in step. */
function versionOf(call: Call, campaign: ResourceOf<'campaign'>): ResourceOf<'solutionVersion'> {
  const own = ready(call, 'solutionVersion', campaign.versionArn);
  if (Synced.parse(campaign.request['campaignConfig'])?.syncWithLatestSolutionVersion !== true) return own;
  const siblings = call.service.state
    .list('solutionVersion')
    .filter(({ solutionArn, status }) => solutionArn === own.solutionArn && status === 'ACTIVE');
  return siblings.at(-1) ?? own;
}

export const campaignSource = (call: Call, arn: string): Source =>
  sourceOf(arn, versionOf(call, ready(call, 'campaign', arn)));

export const recommenderSource = (call: Call, arn: string): Source =>
  sourceOf(arn, ready(call, 'recommender', arn));

function sourceOf(
  arn: string,
  { recipe: name, model }: { readonly recipe: string; readonly model: string | null },
): Source {
  const recipe = RECIPES.find((one) => one.name === name);
  if (recipe === undefined || model === null)
    throw invalidInput(`${arn} cannot be served: its model is no longer kept.`);
  return { arn, recipe, model };
}

/** Loads what a campaign or recommender serves, at its first request. */
export async function servingOf(call: Call, source: Source, filterArn: string | null): Promise<Serving> {
  const { state, dataDir } = call.service;
  const { recipe, model } = source;
  const asking = ASKING[recipe.type];
  if (asking === undefined) throw invalidInput(`${source.arn} cannot be served.`);
  const found = filterArn === null ? null : ready(call, 'filter', filterArn);
  if (found !== null) checkFilterSuits(found.expression, recipe);
  const filter = found && filterTaskOf(state, found);
  const key = JSON.stringify([dataDir, model, filter]);
  const answering = await remember(key, () =>
    prepareAnswering({ dataDir, model, asking, numResults: 0, filter }),
  );
  return {
    asking,
    answer: async (asked, numResults) => {
      if (numResults === 0) return [];
      const list = await answerOne({ ...answering, numResults }, asked);
      return list === undefined ? [] : predictedOf(answering, list, recipe.scores);
    },
  };
}

import { z } from 'zod';
import { arnOf } from '../arns.ts';
import { present, stateOf, times, updateTimes } from '../protocol/answers.ts';
import { Arn, HyperParameters, Name, Page, Tags } from '../protocol/constraints.ts';
import { inUse, invalidInput, notFound } from '../protocol/errors.ts';
import { operation } from '../protocol/operation.ts';
import { page } from '../protocol/paging.ts';
import { recipeByArn } from '../recipes/catalogue.ts';
import { recipeArn } from '../recipes/recipeArn.ts';
import { TrainingDataConfig } from '../solutions/config.ts';
import type { ResourceOf } from '../state/records.ts';
import { active, begin, existing, inRegion, removable } from '../state/resources.ts';
import { isTransitional } from '../state/status.ts';
import { trainableSources } from '../training/trainableSources.ts';

const RecommenderConfig = z.object({
  itemExplorationConfig: HyperParameters.optional(),
  minRecommendationRequestsPerSecond: z.int().min(1).optional(),
  trainingDataConfig: TrainingDataConfig.optional(),
  enableMetadataWithRecommendations: z.boolean().optional(),
});

const create = operation(
  'CreateRecommender',
  z.object({
    name: Name,
    datasetGroupArn: Arn,
    recipeArn: Arn,
    recommenderConfig: RecommenderConfig.optional(),
    tags: Tags.optional(),
  }),
  async (call, input) => {
    const arn = arnOf(call, `recommender/${input.name}`);
    const base = begin(call, arn, input);
    const group = active(call, 'datasetGroup', input.datasetGroupArn);
    const recipe = recipeByArn(input.recipeArn);
    if (recipe === null) throw notFound(input.recipeArn);
    if (recipe.domain === null || recipe.domain !== group.domain) {
      throw invalidInput(`Recipe ${recipe.name} is not of the domain of dataset group ${group.arn}.`);
    }
    await call.service.lifecycle.create({
      ...base,
      kind: 'recommender',
      name: input.name,
      groupArn: group.arn,
      recipe: recipe.name,
      sources: trainableSources(call, group.arn, recipe.name),
      model: null,
      metrics: {},
      update: null,
    });
    return { recommenderArn: arn };
  },
);

function summary(recommender: ResourceOf<'recommender'>) {
  const { recommenderConfig } = recommender.request;
  return present({
    name: recommender.name,
    recommenderArn: recommender.arn,
    datasetGroupArn: recommender.groupArn,
    recipeArn: recipeArn(recommender.recipe),
    recommenderConfig,
    status: recommender.status,
    ...times(recommender),
  });
}

function updateOf({ update, request }: ResourceOf<'recommender'>) {
  if (update === null) return {};
  const { recommenderConfig } = request;
  return { latestRecommenderUpdate: present({ recommenderConfig, ...updateTimes(update) }) };
}

const describe = operation('DescribeRecommender', z.object({ recommenderArn: Arn }), (call, input) => {
  const recommender = existing(call, 'recommender', input.recommenderArn);
  return {
    recommender: present({
      ...summary(recommender),
      ...stateOf(recommender),
      modelMetrics: recommender.metrics,
      ...updateOf(recommender),
    }),
  };
});

const list = operation(
  'ListRecommenders',
  Page.extend({ datasetGroupArn: Arn.optional() }),
  (call, input) => {
    const recommenders = inRegion(call, 'recommender').filter(
      ({ groupArn }) => input.datasetGroupArn === undefined || groupArn === input.datasetGroupArn,
    );
    const { rows, ...next } = page(recommenders, input);
    return { recommenders: rows.map(summary), ...next };
  },
);

const update = operation(
  'UpdateRecommender',
  z.object({ recommenderArn: Arn, recommenderConfig: RecommenderConfig }),
  async (call, input) => {
    const recommender = active(call, 'recommender', input.recommenderArn);
    const request = { ...recommender.request, recommenderConfig: input.recommenderConfig };
    const now = call.service.clock.now();
    await call.service.state.putOrUndo({ ...recommender, request, update: now, updatedAt: now });
    return { recommenderArn: recommender.arn };
  },
);

const stop = operation('StopRecommender', z.object({ recommenderArn: Arn }), async (call, input) => {
  const { arn } = active(call, 'recommender', input.recommenderArn);
  await call.service.lifecycle.change(arn, 'STOP');
  return { recommenderArn: arn };
});

const start = operation('StartRecommender', z.object({ recommenderArn: Arn }), async (call, input) => {
  const { arn, status } = existing(call, 'recommender', input.recommenderArn);
  if (status !== 'INACTIVE') {
    const message = `Resource ${arn} is in ${status} status. It must be INACTIVE.`;
    throw isTransitional(status) ? inUse(message) : invalidInput(message);
  }
  await call.service.lifecycle.change(arn, 'START');
  return { recommenderArn: arn };
});

/** Refused while it is on its way to another state: its training would go on without it. */
const remove = operation('DeleteRecommender', z.object({ recommenderArn: Arn }), async (call, input) => {
  await call.service.lifecycle.remove(removable(call, 'recommender', input.recommenderArn).arn);
});

export const recommenderOperations = [create, describe, list, update, stop, start, remove];

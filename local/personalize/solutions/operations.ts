import { z } from 'zod';
import { arnOf } from '../arns.ts';
import { MAX_SOLUTIONS_IN_GROUP } from '../limits.ts';
import { present, times, updateTimes } from '../protocol/answers.ts';
import { Arn, Name, Page, Tags } from '../protocol/constraints.ts';
import { inUse, invalidInput, notFound } from '../protocol/errors.ts';
import { type Call, operation } from '../protocol/operation.ts';
import { page } from '../protocol/paging.ts';
import { recipeByArn } from '../recipes/catalogue.ts';
import { recipeArn } from '../recipes/recipeArn.ts';
import { versionSummary } from '../solution-versions/operations.ts';
import type { ResourceOf } from '../state/records.ts';
import { active, begin, checkCount, existing, inRegion, removable } from '../state/resources.ts';
import { isTransitional } from '../state/status.ts';
import { AutoTrainingConfig, EventsConfig, SolutionConfig } from './config.ts';

const CreateSolution = z.object({
  name: Name,
  performHPO: z.boolean().optional(),
  performAutoML: z.boolean().optional(),
  performAutoTraining: z.boolean().optional(),
  performIncrementalUpdate: z.boolean().optional(),
  recipeArn: Arn.optional(),
  datasetGroupArn: Arn,
  eventType: z.string().max(256).optional(),
  solutionConfig: SolutionConfig.optional(),
  tags: Tags.optional(),
});

function recipeFor(arn: string | undefined): string {
  if (arn === undefined) throw invalidInput('A recipe ARN is required. AutoML is no longer supported.');
  const recipe = recipeByArn(arn);
  if (recipe === null) throw notFound(arn);
  if (recipe.domain !== null)
    throw invalidInput(`Recipe ${recipe.name} is for recommenders: call CreateRecommender.`);
  return recipe.name;
}

const create = operation('CreateSolution', CreateSolution, async (call, input) => {
  const arn = arnOf(call, `solution/${input.name}`);
  const base = begin(call, arn, input);
  const group = active(call, 'datasetGroup', input.datasetGroupArn);
  const recipe = recipeFor(input.recipeArn);
  const siblings = inRegion(call, 'solution').filter(({ groupArn }) => groupArn === group.arn);
  checkCount(call, siblings.length, MAX_SOLUTIONS_IN_GROUP, 'solutions in a dataset group');
  await call.service.lifecycle.create({
    ...base,
    kind: 'solution',
    name: input.name,
    groupArn: group.arn,
    recipe,
    update: null,
  });
  return { solutionArn: arn };
});

const summary = (solution: ResourceOf<'solution'>) => ({
  name: solution.name,
  solutionArn: solution.arn,
  status: solution.status,
  ...times(solution),
  recipeArn: recipeArn(solution.recipe),
});

/** The newest version, whatever its state: it may well not be ACTIVE. */
function latestVersion(call: Call, solutionArn: string) {
  const latest = call.service.state
    .list('solutionVersion')
    .filter((version) => version.solutionArn === solutionArn)
    .at(-1);
  return latest === undefined ? {} : { latestSolutionVersion: versionSummary(latest) };
}

/** What UpdateSolution last asked. */
function updateOf({ update, request }: ResourceOf<'solution'>) {
  if (update === null) return {};
  const { performAutoTraining, performIncrementalUpdate, solutionUpdateConfig } = request;
  const change = { solutionUpdateConfig, performAutoTraining, performIncrementalUpdate };
  return { latestSolutionUpdate: present({ ...change, ...updateTimes(update) }) };
}

const describe = operation('DescribeSolution', z.object({ solutionArn: Arn }), (call, input) => {
  const solution = existing(call, 'solution', input.solutionArn);
  const {
    performHPO,
    performAutoML,
    performAutoTraining,
    performIncrementalUpdate,
    eventType,
    solutionConfig,
  } = solution.request;
  return {
    solution: present({
      ...summary(solution),
      datasetGroupArn: solution.groupArn,
      performHPO: performHPO ?? false,
      performAutoML: performAutoML ?? false,
      // As on AWS, automatic training is on unless it is refused; the stand-in only says so, it never trains by itself.
      performAutoTraining: performAutoTraining ?? true,
      performIncrementalUpdate: performIncrementalUpdate ?? false,
      eventType,
      solutionConfig: solutionConfig ?? {},
      ...latestVersion(call, solution.arn),
      ...updateOf(solution),
    }),
  };
});

const list = operation('ListSolutions', Page.extend({ datasetGroupArn: Arn.optional() }), (call, input) => {
  const solutions = inRegion(call, 'solution').filter(
    ({ groupArn }) => input.datasetGroupArn === undefined || groupArn === input.datasetGroupArn,
  );
  const { rows, ...next } = page(solutions, input);
  return { solutions: rows.map(summary), ...next };
});

const update = operation(
  'UpdateSolution',
  z.object({
    solutionArn: Arn,
    performAutoTraining: z.boolean().optional(),
    performIncrementalUpdate: z.boolean().optional(),
    solutionUpdateConfig: z
      .object({ autoTrainingConfig: AutoTrainingConfig.optional(), eventsConfig: EventsConfig.optional() })
      .optional(),
  }),
  async (call, input) => {
    const solution = active(call, 'solution', input.solutionArn);
    const { performAutoTraining, performIncrementalUpdate, solutionUpdateConfig } = input;
    const { solutionConfig } = CreateSolution.partial().parse(solution.request);
    const request = {
      ...solution.request,
      ...present({ performAutoTraining, performIncrementalUpdate, solutionUpdateConfig }),
      solutionConfig: { ...solutionConfig, ...solutionUpdateConfig },
    };
    const now = call.service.clock.now();
    await call.service.state.putOrUndo({ ...solution, request, update: now, updatedAt: now });
    return { solutionArn: solution.arn };
  },
);

/** Takes its versions along; refused while one is being made or used. */
const remove = operation('DeleteSolution', z.object({ solutionArn: Arn }), async (call, input) => {
  const solution = removable(call, 'solution', input.solutionArn);
  const { state, lifecycle } = call.service;
  const versions = state.list('solutionVersion').filter(({ solutionArn }) => solutionArn === solution.arn);
  const arns = new Set(versions.map(({ arn }) => arn));
  const jobs = [...state.list('batchInferenceJob'), ...state.list('batchSegmentJob')];
  const busy = [...versions, ...jobs.filter(({ versionArn }) => arns.has(versionArn))].find(({ status }) =>
    isTransitional(status),
  );
  const campaign = state.list('campaign').find(({ versionArn }) => arns.has(versionArn));
  if (campaign !== undefined)
    throw inUse(`Resource ${solution.arn} cannot be deleted: ${campaign.arn} serves it.`);
  if (busy !== undefined)
    throw inUse(`Resource ${solution.arn} cannot be deleted: ${busy.arn} is ${busy.status}.`);
  await lifecycle.remove(solution.arn);
});

export const solutionOperations = [create, describe, list, update, remove];

import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { present, stateOf } from '../protocol/answers.ts';
import { Arn, Name, Page, Tags } from '../protocol/constraints.ts';
import { invalidInput } from '../protocol/errors.ts';
import { operation } from '../protocol/operation.ts';
import { page } from '../protocol/paging.ts';
import { recipeArn } from '../recipes/recipeArn.ts';
import type { ResourceOf } from '../state/records.ts';
import { active, begin, checkJobQuota, existing, inRegion } from '../state/resources.ts';
import { isPendingOrInProgress } from '../state/status.ts';
import { trainableSources } from '../training/trainableSources.ts';

const create = operation(
  'CreateSolutionVersion',
  z.object({
    name: Name.optional(),
    solutionArn: Arn,
    trainingMode: z.enum(['FULL', 'UPDATE', 'AUTOTRAIN']).optional(),
    tags: Tags.optional(),
  }),
  async (call, input) => {
    const solution = active(call, 'solution', input.solutionArn);
    checkJobQuota(call, 'solutionVersion');
    const { groupArn, recipe } = solution;
    const sources = trainableSources(call, groupArn, recipe);
    if (recipe === 'aws-item-attribute-affinity' && !('ITEMS' in sources))
      throw invalidInput(`Dataset group ${groupArn} has no Items data, which recipe ${recipe} needs.`);
    const arn = `${solution.arn}/${randomBytes(4).toString('hex')}`;
    await call.service.lifecycle.create({
      ...begin(call, arn, input),
      kind: 'solutionVersion',
      name: input.name ?? null,
      solutionArn: solution.arn,
      groupArn,
      recipe,
      sources,
      model: null,
      metrics: {},
      trainingHours: null,
    });
    return { solutionVersionArn: arn };
  },
);

/** A version as lists show it. */
export function versionSummary(version: ResourceOf<'solutionVersion'>) {
  const { trainingMode } = version.request;
  return {
    solutionVersionArn: version.arn,
    ...stateOf(version),
    trainingMode: trainingMode ?? 'FULL',
    trainingType: 'MANUAL',
  };
}

const describe = operation(
  'DescribeSolutionVersion',
  z.object({ solutionVersionArn: Arn }),
  (call, input) => {
    const version = existing(call, 'solutionVersion', input.solutionVersionArn);
    const solution = call.service.state.find('solution', version.solutionArn);
    const { performHPO, performAutoML, performIncrementalUpdate, eventType, solutionConfig } =
      solution?.request ?? {};
    return {
      solutionVersion: present({
        ...versionSummary(version),
        name: version.name,
        solutionArn: version.solutionArn,
        datasetGroupArn: version.groupArn,
        recipeArn: recipeArn(version.recipe),
        performHPO: performHPO ?? false,
        performAutoML: performAutoML ?? false,
        performIncrementalUpdate: performIncrementalUpdate ?? false,
        eventType,
        solutionConfig: solutionConfig ?? {},
        trainingHours: version.trainingHours,
      }),
    };
  },
);

const list = operation(
  'ListSolutionVersions',
  Page.extend({ solutionArn: Arn.optional() }),
  (call, input) => {
    if (input.solutionArn !== undefined) existing(call, 'solution', input.solutionArn);
    const versions = inRegion(call, 'solutionVersion').filter(
      ({ solutionArn }) => input.solutionArn === undefined || solutionArn === input.solutionArn,
    );
    const { rows, ...next } = page(versions, input);
    return { solutionVersions: rows.map(versionSummary), ...next };
  },
);

const stop = operation(
  'StopSolutionVersionCreation',
  z.object({ solutionVersionArn: Arn }),
  async (call, input) => {
    const version = existing(call, 'solutionVersion', input.solutionVersionArn);
    if (!isPendingOrInProgress(version.status)) {
      throw invalidInput(
        `Resource ${version.arn} is in ${version.status} status: only CREATE PENDING or CREATE IN_PROGRESS can be stopped.`,
      );
    }
    await call.service.lifecycle.stopCreation(version.arn);
  },
);

const metrics = operation('GetSolutionMetrics', z.object({ solutionVersionArn: Arn }), (call, input) => {
  const version = active(call, 'solutionVersion', input.solutionVersionArn);
  return { solutionVersionArn: version.arn, metrics: version.metrics };
});

export const solutionVersionOperations = [create, describe, list, stop, metrics];

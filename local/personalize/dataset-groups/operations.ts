import { z } from 'zod';
import { arnOf } from '../arns.ts';
import { MAX_DATASET_GROUPS } from '../limits.ts';
import { present, stateOf } from '../protocol/answers.ts';
import { Arn, Domain, KmsKeyArn, Name, Page, RoleArn, Tags } from '../protocol/constraints.ts';
import { inUse } from '../protocol/errors.ts';
import { operation } from '../protocol/operation.ts';
import { page } from '../protocol/paging.ts';
import type { ResourceOf } from '../state/records.ts';
import { begin, checkCount, existing, inRegion, removable } from '../state/resources.ts';
import { isTransitional } from '../state/status.ts';

const create = operation(
  'CreateDatasetGroup',
  z.object({
    name: Name,
    roleArn: RoleArn.optional(),
    kmsKeyArn: KmsKeyArn.optional(),
    domain: Domain.optional(),
    tags: Tags.optional(),
  }),
  async (call, input) => {
    const arn = arnOf(call, `dataset-group/${input.name}`);
    const base = begin(call, arn, input);
    checkCount(call, inRegion(call, 'datasetGroup').length, MAX_DATASET_GROUPS, 'dataset groups');
    const domain = input.domain ?? null;
    await call.service.lifecycle.create({ ...base, kind: 'datasetGroup', name: input.name, domain });
    return present({ datasetGroupArn: arn, domain });
  },
);

const summary = (group: ResourceOf<'datasetGroup'>) =>
  present({ name: group.name, datasetGroupArn: group.arn, ...stateOf(group), domain: group.domain });

const describe = operation('DescribeDatasetGroup', z.object({ datasetGroupArn: Arn }), (call, input) => {
  const group = existing(call, 'datasetGroup', input.datasetGroupArn);
  const { roleArn, kmsKeyArn } = group.request;
  return { datasetGroup: present({ ...summary(group), roleArn, kmsKeyArn }) };
});

const list = operation('ListDatasetGroups', Page, (call, input) => {
  const { rows, ...next } = page(inRegion(call, 'datasetGroup'), input);
  return { datasetGroups: rows.map(summary), ...next };
});

const CHILDREN = new Set([
  'dataset',
  'solution',
  'filter',
  'eventTracker',
  'campaign',
  'recommender',
  'metricAttribution',
]);

/** Everything in the group must be deleted before it. */
const remove = operation('DeleteDatasetGroup', z.object({ datasetGroupArn: Arn }), async (call, input) => {
  const group = removable(call, 'datasetGroup', input.datasetGroupArn);
  const { state, lifecycle } = call.service;
  const child = state
    .all()
    .find(
      (resource) => CHILDREN.has(resource.kind) && 'groupArn' in resource && resource.groupArn === group.arn,
    );
  if (child !== undefined)
    throw inUse(`Resource ${group.arn} cannot be deleted: ${child.arn} still exists in it.`);
  const job = state
    .list('deletionJob')
    .find((one) => one.groupArn === group.arn && isTransitional(one.status));
  if (job !== undefined) throw inUse(`Resource ${group.arn} cannot be deleted: ${job.arn} is ${job.status}.`);
  await lifecycle.remove(group.arn);
});

export const datasetGroupOperations = [create, describe, list, remove];

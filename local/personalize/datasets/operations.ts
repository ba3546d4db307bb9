import { z } from 'zod';
import { arnOf } from '../arns.ts';
import { times, updateTimes } from '../protocol/answers.ts';
import { Arn, Name, Page, Tags } from '../protocol/constraints.ts';
import { inUse, invalidInput } from '../protocol/errors.ts';
import { type Call, operation } from '../protocol/operation.ts';
import { page } from '../protocol/paging.ts';
import { readAvroSchema, SchemaProblem } from '../schemas/avro.ts';
import { checkFields, isDatasetType } from '../schemas/datasetTypes.ts';
import type { ResourceOf } from '../state/records.ts';
import { active, begin, existing, inRegion, removable } from '../state/resources.ts';
import { isTransitional } from '../state/status.ts';

function checkSchemaSuits(type: string, schema: ResourceOf<'schema'>, domain: string | null): void {
  if (!isDatasetType(type))
    throw invalidInput(
      `Dataset type ${type} is not supported. It must be one of INTERACTIONS, ITEMS, USERS.`,
    );
  if (schema.domain !== domain)
    throw invalidInput(
      `The schema ${schema.arn} is of ${schema.domain ?? 'no domain'}, the dataset group of ${domain ?? 'none'}.`,
    );
  try {
    checkFields(type, readAvroSchema(schema.schema), domain);
  } catch (error) {
    throw error instanceof SchemaProblem ? invalidInput(error.message) : error;
  }
}

const create = operation(
  'CreateDataset',
  z.object({
    name: Name,
    schemaArn: Arn,
    datasetGroupArn: Arn,
    datasetType: z
      .string()
      .max(256)
      .regex(/^(?:^[A-Za-z_]+$)$/u),
    tags: Tags.optional(),
  }),
  async (call, input) => {
    const group = active(call, 'datasetGroup', input.datasetGroupArn);
    const schema = existing(call, 'schema', input.schemaArn);
    const type = input.datasetType.toUpperCase();
    checkSchemaSuits(type, schema, group.domain);
    const arn = arnOf(call, `dataset/${group.name}/${type}`);
    const base = begin(call, arn, input);
    const { name, schemaArn } = input;
    await call.service.lifecycle.create({
      ...base,
      kind: 'dataset',
      name,
      groupArn: group.arn,
      type,
      schemaArn,
      folder: null,
      full: null,
      update: null,
    });
    return { datasetArn: arn };
  },
);

const summary = (dataset: ResourceOf<'dataset'>) => ({
  name: dataset.name,
  datasetArn: dataset.arn,
  datasetType: dataset.type,
  status: dataset.status,
  ...times(dataset),
});

const describe = operation('DescribeDataset', z.object({ datasetArn: Arn }), (call, input) => {
  const dataset = existing(call, 'dataset', input.datasetArn);
  const { groupArn, schemaArn } = dataset;
  const { update } = dataset;
  const change = update === null ? {} : { latestDatasetUpdate: { schemaArn, ...updateTimes(update) } };
  return { dataset: { ...summary(dataset), datasetGroupArn: groupArn, schemaArn, ...change } };
});

const list = operation('ListDatasets', Page.extend({ datasetGroupArn: Arn.optional() }), (call, input) => {
  const datasets = inRegion(call, 'dataset').filter(
    ({ groupArn }) => input.datasetGroupArn === undefined || groupArn === input.datasetGroupArn,
  );
  const { rows, ...next } = page(datasets, input);
  return { datasets: rows.map(summary), ...next };
});

/** What reads or feeds the dataset at this moment keeps it from being deleted or given another schema. */
function refuseWhileInUse({ service: { state } }: Call, dataset: ResourceOf<'dataset'>): void {
  const own = [...state.list('importJob'), ...state.list('exportJob')];
  const ofGroup = [
    ...state.list('solutionVersion'),
    ...state.list('recommender'),
    ...state.list('deletionJob'),
  ];
  const busy = [
    ...own.filter(({ datasetArn }) => datasetArn === dataset.arn),
    ...ofGroup.filter(({ groupArn }) => groupArn === dataset.groupArn),
  ].find(({ status }) => isTransitional(status));
  if (busy !== undefined) throw inUse(`Resource ${dataset.arn} is in use by ${busy.arn}.`);
}

const remove = operation('DeleteDataset', z.object({ datasetArn: Arn }), async (call, input) => {
  const dataset = removable(call, 'dataset', input.datasetArn);
  refuseWhileInUse(call, dataset);
  await call.service.lifecycle.remove(dataset.arn);
});

/** Gives a dataset another schema; it takes effect with the next import. */
const update = operation(
  'UpdateDataset',
  z.object({ datasetArn: Arn, schemaArn: Arn }),
  async (call, input) => {
    const dataset = active(call, 'dataset', input.datasetArn);
    const schema = existing(call, 'schema', input.schemaArn);
    checkSchemaSuits(dataset.type, schema, existing(call, 'datasetGroup', dataset.groupArn).domain);
    refuseWhileInUse(call, dataset);
    const now = call.service.clock.now();
    await call.service.state.putOrUndo({ ...dataset, schemaArn: schema.arn, update: now, updatedAt: now });
    return { datasetArn: dataset.arn };
  },
);

export const datasetOperations = [create, describe, list, remove, update];

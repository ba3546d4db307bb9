import { z } from 'zod';
import { arnOf } from '../arns.ts';
import { MAX_FILTERS_IN_GROUP } from '../limits.ts';
import { present, stateOf } from '../protocol/answers.ts';
import { Arn, Name, Page, Tags } from '../protocol/constraints.ts';
import { inUse, invalidInput } from '../protocol/errors.ts';
import { type Call, operation } from '../protocol/operation.ts';
import { page } from '../protocol/paging.ts';
import { readAvroSchema } from '../schemas/avro.ts';
import type { ResourceOf } from '../state/records.ts';
import { begin, checkCount, existing, inRegion, ready, removable } from '../state/resources.ts';
import { isTransitional } from '../state/status.ts';
import { conditionsOf, type FilterExpression } from './expression.ts';
import { parseFilter } from './parse.ts';
import { FilterSyntaxError } from './tokens.ts';

function parse(expression: string): FilterExpression {
  try {
    return parseFilter(expression);
  } catch (error) {
    throw error instanceof FilterSyntaxError
      ? invalidInput(`Filter expression is not valid: ${error.message}.`)
      : error;
  }
}

/** Every field must be one of the dataset's schema: AWS refuses the others when the filter is made. */
function checkFields({ service: { state } }: Call, groupArn: string, expression: FilterExpression): void {
  const datasets = state.list('dataset').filter((dataset) => dataset.groupArn === groupArn);
  for (const { source, field, position } of conditionsOf(expression)) {
    const type = source === 'CURRENTUSER' ? 'USERS' : source;
    const dataset = datasets.find((one) => one.type === type);
    const schema = dataset && state.find('schema', dataset.schemaArn);
    if (schema === undefined || schema === null) {
      throw invalidInput(
        `Filter expression is not valid: the dataset group has no ${type} dataset, at position ${position}.`,
      );
    }
    const found = readAvroSchema(schema.schema).fields.find(
      ({ name }) => name.toUpperCase() === field.toUpperCase(),
    );
    const problem =
      found === undefined ? 'has no field' : found.textual ? 'cannot be filtered by the text' : null;
    if (problem !== null)
      throw invalidInput(
        `Filter expression is not valid: ${type} ${problem} ${field}, at position ${position}.`,
      );
  }
}

const create = operation(
  'CreateFilter',
  z.object({
    name: Name,
    datasetGroupArn: Arn,
    filterExpression: z.string().min(1).max(2500),
    tags: Tags.optional(),
  }),
  async (call, input) => {
    const arn = arnOf(call, `filter/${input.name}`);
    const group = ready(call, 'datasetGroup', input.datasetGroupArn);
    const base = begin(call, arn, input);
    checkFields(call, group.arn, parse(input.filterExpression));
    const siblings = inRegion(call, 'filter').filter(({ groupArn }) => groupArn === group.arn);
    checkCount(call, siblings.length, MAX_FILTERS_IN_GROUP, 'filters in a dataset group');
    const { name, filterExpression: expression } = input;
    await call.service.lifecycle.create({ ...base, kind: 'filter', name, groupArn: group.arn, expression });
    return { filterArn: arn };
  },
);

const summary = (filter: ResourceOf<'filter'>) => ({
  name: filter.name,
  filterArn: filter.arn,
  datasetGroupArn: filter.groupArn,
  ...stateOf(filter),
});

const describe = operation('DescribeFilter', z.object({ filterArn: Arn }), (call, input) => {
  const filter = existing(call, 'filter', input.filterArn);
  return { filter: present({ ...summary(filter), filterExpression: filter.expression }) };
});

const list = operation('ListFilters', Page.extend({ datasetGroupArn: Arn.optional() }), (call, input) => {
  const filters = inRegion(call, 'filter').filter(
    ({ groupArn }) => input.datasetGroupArn === undefined || groupArn === input.datasetGroupArn,
  );
  const { rows, ...next } = page(filters, input);
  // A capital F, on AWS too.
  return { Filters: rows.map(summary), ...next };
});

const remove = operation('DeleteFilter', z.object({ filterArn: Arn }), async (call, input) => {
  const filter = removable(call, 'filter', input.filterArn);
  const { state, lifecycle } = call.service;
  const jobs = [...state.list('batchInferenceJob'), ...state.list('batchSegmentJob')];
  const busy = jobs.find(({ filterArn, status }) => filterArn === filter.arn && isTransitional(status));
  if (busy !== undefined) throw inUse(`Resource ${filter.arn} is in use by ${busy.arn}.`);
  await lifecycle.remove(filter.arn);
});

export const filterOperations = [create, describe, list, remove];

import { z } from 'zod';
import { arnOf } from '../arns.ts';
import { MAX_SCHEMAS } from '../limits.ts';
import { present, times } from '../protocol/answers.ts';
import { Arn, Domain, Name, Page } from '../protocol/constraints.ts';
import { inUse, invalidInput } from '../protocol/errors.ts';
import { operation } from '../protocol/operation.ts';
import { page } from '../protocol/paging.ts';
import type { ResourceOf } from '../state/records.ts';
import { begin, checkCount, existing, inRegion } from '../state/resources.ts';
import { readAvroSchema, SchemaProblem } from './avro.ts';
import { checkFields, isDatasetType } from './datasetTypes.ts';

/** A schema is refused at once when it cannot be Avro, or cannot be of the dataset type it is named for. */
function checkSchema(text: string, domain: string | null): void {
  try {
    const schema = readAvroSchema(text);
    const type = schema.recordName.toUpperCase();
    if (!isDatasetType(type))
      throw new SchemaProblem(`Its name ${schema.recordName} is none of Interactions, Items, Users.`);
    checkFields(type, schema, domain);
  } catch (error) {
    throw error instanceof SchemaProblem
      ? invalidInput(`Input schema is not valid. ${error.message}`)
      : error;
  }
}

const create = operation(
  'CreateSchema',
  z.object({ name: Name, schema: z.string().max(20_000), domain: Domain.optional() }),
  async (call, input) => {
    const arn = arnOf(call, `schema/${input.name}`);
    const base = begin(call, arn, {});
    const { name, schema, domain = null } = input;
    checkSchema(schema, domain);
    checkCount(call, inRegion(call, 'schema').length, MAX_SCHEMAS, 'schemas');
    await call.service.state.putOrUndo({ ...base, status: 'ACTIVE', kind: 'schema', name, schema, domain });
    return { schemaArn: arn };
  },
);

const summary = (schema: ResourceOf<'schema'>) =>
  present({ name: schema.name, schemaArn: schema.arn, ...times(schema), domain: schema.domain });

const describe = operation('DescribeSchema', z.object({ schemaArn: Arn }), (call, input) => {
  const schema = existing(call, 'schema', input.schemaArn);
  return { schema: { ...summary(schema), schema: schema.schema } };
});

const list = operation('ListSchemas', Page, (call, input) => {
  const { rows, ...next } = page(inRegion(call, 'schema'), input);
  return { schemas: rows.map(summary), ...next };
});

const remove = operation('DeleteSchema', z.object({ schemaArn: Arn }), async (call, input) => {
  const schema = existing(call, 'schema', input.schemaArn);
  const user = call.service.state.list('dataset').find(({ schemaArn }) => schemaArn === schema.arn);
  if (user !== undefined) throw inUse(`Resource ${schema.arn} cannot be deleted: ${user.arn} uses it.`);
  await call.service.state.removeOrUndo(schema.arn);
});

export const schemaOperations = [create, describe, list, remove];

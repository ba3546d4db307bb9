import type { DatasetName } from '../storage/paths.ts';

interface Field {
  readonly name: string;
  readonly type: string | readonly string[];
  readonly categorical?: true;
}

const category = (name: string): Field => ({ name, type: ['null', 'string'], categorical: true });

/** Columns of each data set in the order of its CSV (batch/export/queries.ts). Names of people never are among them. */
const FIELDS: Readonly<Record<DatasetName, readonly Field[]>> = {
  users: [{ name: 'USER_ID', type: 'string' }, category('PROVINCE'), category('CITY')],
  items: [
    { name: 'ITEM_ID', type: 'string' },
    category('CATEGORY_L1'),
    category('CATEGORY_L2'),
    { name: 'PRICE', type: ['null', 'double'] },
    { name: 'CREATION_TIMESTAMP', type: 'long' },
  ],
  interactions: [
    { name: 'USER_ID', type: 'string' },
    { name: 'ITEM_ID', type: 'string' },
    { name: 'TIMESTAMP', type: 'long' },
    { name: 'EVENT_TYPE', type: 'string' },
    { name: 'EVENT_VALUE', type: 'float' },
  ],
};

const RECORD_NAMES: Readonly<Record<DatasetName, string>> = {
  users: 'Users',
  items: 'Items',
  interactions: 'Interactions',
};

/** The Avro schema of a data set, as Personalize takes it. */
export function avroSchema(dataset: DatasetName): string {
  return JSON.stringify({
    type: 'record',
    name: RECORD_NAMES[dataset],
    namespace: 'com.amazonaws.personalize.schema',
    fields: FIELDS[dataset],
    version: '1.0',
  });
}

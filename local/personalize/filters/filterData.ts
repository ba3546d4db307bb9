import { type DatasetSources, readDataset } from '../data/dataset.ts';
import { type Table, textColumn } from '../data/table.ts';
import { conditionsOf, type FilterExpression, type Source } from './expression.ts';
import { type History, readHistory } from './history.ts';
import { parseFilter } from './parse.ts';

/** A filter for a worker thread: its text, and the data it looks at. */
export interface FilterTask {
  readonly expression: string;
  readonly sources: DatasetSources;
}

/** A dataset and the row of each id in it. */
export interface Lookup {
  readonly table: Table;
  readonly rowOf: (id: string) => number;
}

export interface FilterData {
  readonly expression: FilterExpression;
  readonly items: Lookup | null;
  readonly users: Lookup | null;
  readonly interactions: { readonly table: Table; readonly history: History } | null;
}

function lookup(table: Table, idField: string): Lookup {
  const ids = textColumn(table, idField);
  const rows = new Map<string, number>();
  for (let row = 0; row < table.rows; row++) rows.set(ids?.values[ids.codes[row] ?? -1] ?? '', row);
  return { table, rowOf: (id) => rows.get(id) ?? -1 };
}

/** Reads the expression, and of the datasets only those it names. */
export async function readFilterData(dataDir: string, task: FilterTask): Promise<FilterData> {
  const expression = parseFilter(task.expression);
  const conditions = conditionsOf(expression);
  const named = new Set<Source>(conditions.map(({ source }) => source));
  if (named.has('CURRENTUSER')) named.add('USERS');
  if (conditions.some(({ values }) => values.some(({ kind }) => kind === 'currentItem'))) named.add('ITEMS');
  const read = async (type: Source) =>
    named.has(type) ? readDataset(dataDir, task.sources, { type }) : null;
  const [items, users, interactions] = [await read('ITEMS'), await read('USERS'), await read('INTERACTIONS')];
  return {
    expression,
    items: items && lookup(items, 'ITEM_ID'),
    users: users && lookup(users, 'USER_ID'),
    interactions: interactions && { table: interactions, history: readHistory(interactions) },
  };
}

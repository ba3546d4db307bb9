import type { ItemFacts, UserFacts } from '../../engine/facts.ts';
import { type IndexedInteractions, timeKindOf } from '../../engine/interactions.ts';
import { numberByCount, renumbered } from '../../engine/number-items.ts';
import { type DatasetSources, readDataset } from '../data/dataset.ts';
import { numberColumn, type Table, type TextColumn, textColumn } from '../data/table.ts';
import { JobFailure } from '../state/jobFailure.ts';
import { itemFactsOf, userFactsOf } from './facts.ts';

/** Which interactions a solution learns from. */
export interface EventChoice {
  /** Only events of this type; null: all. */
  readonly eventType: string | null;
  /** Only events of at least this value; null: all. */
  readonly eventValueThreshold: number | null;
}

export interface TrainingData extends IndexedInteractions {
  readonly itemFacts: ItemFacts | null;
  readonly userFacts: UserFacts | null;
}

function required(table: Table, name: string): TextColumn {
  const column = textColumn(table, name);
  if (column === null) throw new JobFailure(`The Interactions dataset has no ${name}.`);
  return column;
}

/** Rows that count, by the solution's event type and threshold. */
function chosenRows(table: Table, { eventType, eventValueThreshold }: EventChoice): Int32Array {
  const types = textColumn(table, 'EVENT_TYPE');
  const values = numberColumn(table, 'EVENT_VALUE');
  const wanted = eventType === null ? -1 : (types?.values.indexOf(eventType) ?? -1);
  const rows = new Int32Array(table.rows);
  let count = 0;
  for (let row = 0; row < table.rows; row++) {
    if (eventType !== null && (wanted === -1 || types?.codes[row] !== wanted)) continue;
    if (eventValueThreshold !== null && !((values?.numbers[row] ?? Number.NaN) >= eventValueThreshold))
      continue;
    rows[count++] = row;
  }
  return rows.subarray(0, count);
}

/** Ids of the interactions, then those that only the other dataset knows; and where each row of it stands. */
function joinIds(known: readonly string[], other: TextColumn | null) {
  const ids = [...known];
  const indexOf = new Map(ids.map((id, index) => [id, index]));
  const indexOfCode = Int32Array.from(other?.values ?? [], (id) => {
    const index = indexOf.get(id) ?? ids.length;
    if (index === ids.length) {
      indexOf.set(id, index);
      ids.push(id);
    }
    return index;
  });
  return { ids, indexOfRow: (row: number) => indexOfCode[other?.codes[row] ?? -1] ?? -1 };
}

/** The same ids, those of the codes that are met most often first, as the engine likes them. */
function mostMetFirst({ ids, indexOfRow }: ReturnType<typeof joinIds>, codes: Int32Array) {
  const numbers = numberByCount(codes, ids.length);
  for (let i = 0; i < codes.length; i++) codes[i] = numbers[codes[i] as number] as number;
  return {
    ids: renumbered(ids, numbers),
    indexOfRow: (row: number) => numbers[indexOfRow(row)] ?? -1,
    codes,
  };
}

function pick(from: Int32Array, rows: Int32Array): Int32Array {
  const picked = new Int32Array(rows.length);
  for (let i = 0; i < rows.length; i++) picked[i] = from[rows[i] as number] as number;
  return picked;
}

function pickTimes(table: Table, rows: Int32Array): Uint32Array {
  const numbers = numberColumn(table, 'TIMESTAMP')?.numbers;
  const times = new Uint32Array(rows.length);
  if (numbers !== undefined)
    for (let i = 0; i < rows.length; i++) times[i] = numbers[rows[i] as number] as number;
  return times;
}

/** Reads the datasets of a version (paths below `dataDir`) into what the engine learns from. */
export async function readTrainingData(
  dataDir: string,
  data: DatasetSources,
  choice: EventChoice,
): Promise<TrainingData> {
  const fields = new Set(['USER_ID', 'ITEM_ID', 'TIMESTAMP', 'EVENT_TYPE', 'EVENT_VALUE']);
  const table = await readDataset(dataDir, data, { type: 'INTERACTIONS', fields });
  if (table === null) throw new JobFailure('The Interactions dataset has no data.');
  const itemTable = await readDataset(dataDir, data, { type: 'ITEMS' });
  const userTable = await readDataset(dataDir, data, { type: 'USERS' });

  const users = required(table, 'USER_ID');
  const items = required(table, 'ITEM_ID');
  const user = joinIds(users.values, userTable && textColumn(userTable, 'USER_ID'));
  const rows = chosenRows(table, choice);
  const item = mostMetFirst(
    joinIds(items.values, itemTable && textColumn(itemTable, 'ITEM_ID')),
    pick(items.codes, rows),
  );
  const times = pickTimes(table, rows);
  return {
    interactions: {
      userCount: user.ids.length,
      itemCount: item.ids.length,
      length: rows.length,
      users: pick(users.codes, rows),
      items: item.codes,
      times,
      timeKind: timeKindOf(times),
    },
    userIds: user.ids,
    itemIds: item.ids,
    itemFacts: itemTable && itemFactsOf(itemTable, { count: item.ids.length, indexOfRow: item.indexOfRow }),
    userFacts: userTable && userFactsOf(userTable, { count: user.ids.length, indexOfRow: user.indexOfRow }),
  };
}

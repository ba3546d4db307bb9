import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTableBuilder } from '../data/table.ts';
import { writeTable } from '../data/tableFiles.ts';
import type { Field } from '../schemas/avro.ts';
import { readFilterData } from './filterData.ts';
import { createSelection } from './selection.ts';
import { userMask } from './userMask.ts';

type Row = Readonly<Record<string, string>>;
const text = (name: string): Field => ({
  name,
  ...{ type: 'string', nullable: true, categorical: false, textual: false },
});
const number = (name: string): Field => ({ ...text(name), type: 'double' });

/** A shop in which everything may be absent: categories of several, prices, availability, purchases, users. */
const FIELDS = {
  ITEMS: [text('ITEM_ID'), text('CATEGORY'), number('PRICE'), text('AVAILABLE')],
  USERS: [text('USER_ID'), text('PROVINCE'), number('AGE')],
  INTERACTIONS: [text('USER_ID'), text('ITEM_ID'), number('TIMESTAMP'), text('EVENT_TYPE')],
};
const CATEGORIES = ['', 'Beds', 'Lamps', 'Beds|Lamps', 'Rugs'];
const at = (list: readonly string[], n: number) => list[n % list.length] ?? '';
const SHOP: Readonly<Record<keyof typeof FIELDS, readonly Row[]>> = {
  ITEMS: Array.from({ length: 12 }, (_, n) => ({
    ITEM_ID: `p${n}`,
    CATEGORY: at(CATEGORIES, n * 7),
    PRICE: n % 5 === 4 ? '' : String(n % 6),
    AVAILABLE: at(['True', 'False', ''], n),
  })),
  USERS: Array.from({ length: 6 }, (_, n) => ({
    USER_ID: `u${n}`,
    PROVINCE: at(['North', 'South', ''], n),
    AGE: n === 5 ? '' : String(15 + n),
  })),
  INTERACTIONS: Array.from({ length: 40 }, (_, n) => ({
    USER_ID: `u${(n * 5) % 7}`,
    ITEM_ID: `p${(n * n) % 13}`,
    TIMESTAMP: String(n),
    EVENT_TYPE: at(['purchase', 'View', ''], n),
  })),
};
// p12 and u6 are in no dataset but that of the interactions, p13 in none.
const ITEM_IDS = Array.from({ length: 14 }, (_, n) => `p${n}`);
const USER_IDS = Array.from({ length: 8 }, (_, n) => `u${n}`);

interface Condition {
  readonly field: string;
  readonly operator: string;
  readonly values: readonly string[];
  /** How the values are written: as they are, by a parameter, or the value of the asked item. */
  readonly by: 'value' | 'parameter' | 'currentItem';
}
interface Part {
  readonly action: 'INCLUDE' | 'EXCLUDE';
  readonly source: keyof typeof FIELDS;
  readonly groups: readonly (readonly Condition[])[];
  readonly when: readonly Condition[];
}

const CURRENT = 'p3';
const TEXT_VALUES: Readonly<Record<string, readonly string[]>> = {
  CATEGORY: ['Beds', 'Lamps', 'Rugs', 'Boats', '*'],
  AVAILABLE: ['True', 'False'],
  PROVINCE: ['North', 'South', 'East'],
  EVENT_TYPE: ['PURCHASE', 'view', '*'],
};
const NUMBERS = ['0', '2', '3', '4.5', '16', '18'];

const textCondition = (field: string) =>
  fc.record({
    field: fc.constant(field),
    operator: fc.constantFrom('IN', 'NOT IN'),
    values: fc.uniqueArray(fc.constantFrom(...(TEXT_VALUES[field] ?? [])), { minLength: 1, maxLength: 3 }),
    by: fc.constantFrom('value' as const, 'parameter' as const),
  });
const numberCondition = (field: string, by: readonly Condition['by'][]) =>
  fc.record({
    field: fc.constant(field),
    operator: fc.constantFrom('=', '!=', '<', '<=', '>', '>='),
    values: fc.constantFrom(...NUMBERS).map((value) => [value]),
    by: fc.constantFrom(...by),
  });
const CONDITIONS: Readonly<Record<keyof typeof FIELDS, fc.Arbitrary<Condition>>> = {
  ITEMS: fc.oneof(
    textCondition('CATEGORY'),
    textCondition('AVAILABLE'),
    numberCondition('PRICE', ['value', 'parameter', 'currentItem']),
  ),
  USERS: fc.oneof(textCondition('PROVINCE'), numberCondition('AGE', ['value', 'parameter'])),
  INTERACTIONS: textCondition('EVENT_TYPE'),
};
const partOf = (source: keyof typeof FIELDS, when: fc.Arbitrary<Condition[]>): fc.Arbitrary<Part> =>
  fc.record({
    action: fc.constantFrom('INCLUDE' as const, 'EXCLUDE' as const),
    source: fc.constant(source),
    groups: fc.array(fc.array(CONDITIONS[source], { minLength: 1, maxLength: 2 }), {
      minLength: 1,
      maxLength: 2,
    }),
    when,
  });

/** Writes parts as an expression, and the values of the parameters it uses. */
function write(parts: readonly Part[], subject: 'ItemID' | 'UserID') {
  const filterValues: Record<string, string> = {};
  const isNumber = (value: string) => /^[\d.]+$/.test(value);
  const literal = (value: string) => (isNumber(value) ? value : JSON.stringify(value));
  const operand = ({ values, by, field, operator }: Condition) => {
    if (by === 'currentItem') return `CurrentItem.${field}`;
    if (by === 'value')
      return operator.endsWith('IN') ? `(${values.map(literal).join(', ')})` : literal(values[0] ?? '');
    const name = `P${Object.keys(filterValues).length}`;
    filterValues[name] = values.map(literal).join(',');
    return `($${name})`;
  };
  const condition = (source: string) => (one: Condition) =>
    `${source}.${one.field} ${one.operator} ${operand(one)}`;
  const expression = parts
    .map(({ action, source, groups, when }) => {
      const tests = groups.map((group) => group.map(condition(source)).join(' AND ')).join(' OR ');
      const only = when.length === 0 ? '' : ` IF ${when.map(condition('CurrentUser')).join(' AND ')}`;
      return `${action} ${subject} WHERE ${tests}${only}`;
    })
    .join(' | ');
  return { expression, filterValues };
}

const COMPARE: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '=': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

/** What a condition means, one row at a time. */
function meets(row: Row, { field, operator, values, by }: Condition): boolean {
  const value = row[field] ?? '';
  if (operator.endsWith('IN')) {
    const fold = (one: string) => (field === 'EVENT_TYPE' ? one.toLowerCase() : one);
    const wanted = values.map(fold);
    const found =
      value !== '' &&
      (wanted.includes('*') ||
        fold(value)
          .split('|')
          .some((one) => wanted.includes(one)));
    return found === (operator === 'IN');
  }
  const current = SHOP.ITEMS.find(({ ITEM_ID }) => ITEM_ID === CURRENT)?.[field] ?? '';
  const bound = by === 'currentItem' ? current : (values[0] ?? '');
  return value !== '' && bound !== '' && (COMPARE[operator]?.(Number(value), Number(bound)) ?? false);
}
const meetsAny = (row: Row, groups: Part['groups']) =>
  groups.some((group) => group.every((one) => meets(row, one)));

/** What a filter of items means, one user and item at a time. */
function itemPasses(parts: readonly Part[], userId: string, itemId: string): boolean {
  return parts.every(({ action, source, groups, when }) => {
    const user = SHOP.USERS.find(({ USER_ID }) => USER_ID === userId);
    if (when.length > 0 && !(user !== undefined && when.every((one) => meets(user, one)))) return true;
    const rows = SHOP[source].filter(
      (row) => row['ITEM_ID'] === itemId && (source === 'ITEMS' || row['USER_ID'] === userId),
    );
    return rows.some((row) => meetsAny(row, groups)) === (action === 'INCLUDE');
  });
}

function userPasses(parts: readonly Part[], userId: string): boolean {
  return parts.every(({ action, source, groups }) => {
    const rows = SHOP[source].filter((row) => row['USER_ID'] === userId);
    return rows.some((row) => meetsAny(row, groups)) === (action === 'INCLUDE');
  });
}

describe('filters, against reading row by row', () => {
  let dataDir: string;
  const sources: Record<string, { folder: string; stream: string }> = {};
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'filters-'));
    for (const type of ['ITEMS', 'USERS', 'INTERACTIONS'] as const) {
      const builder = createTableBuilder(FIELDS[type]);
      for (const row of SHOP[type]) builder.add(({ name }) => row[name] ?? '');
      await writeTable(join(dataDir, type), builder.finish());
      sources[type] = { folder: type, stream: `${type}.none` };
    }
  });
  afterAll(() => rm(dataDir, { recursive: true, force: true }));

  it('choose the items they mean, for every user', async () => {
    const none = fc.constant<Condition[]>([]);
    const when = fc.oneof(none, fc.array(CONDITIONS.USERS, { minLength: 1, maxLength: 2 }));
    const parts = fc.array(fc.oneof(partOf('ITEMS', when), partOf('INTERACTIONS', when)), {
      minLength: 1,
      maxLength: 3,
    });
    await fc.assert(
      fc.asyncProperty(parts, async (filter) => {
        const { expression, filterValues } = write(filter, 'ItemID');
        const data = await readFilterData(dataDir, { expression, sources });
        const selection = createSelection(data, ITEM_IDS);
        expect(selection.problem({ filterValues, itemId: CURRENT })).toBeNull();
        const { itemMask, allows } = selection.chooserOf({ filterValues, itemId: CURRENT });
        for (const userId of USER_IDS) {
          const test = allows(userId);
          const chosen = ITEM_IDS.filter((_, item) => itemMask?.[item] !== 0 && test?.(item) !== false);
          const meant = ITEM_IDS.filter((itemId) => itemPasses(filter, userId, itemId));
          expect([expression, userId, chosen]).toEqual([expression, userId, meant]);
        }
      }),
      { numRuns: 80 },
    );
  });

  it('choose the users they mean', async () => {
    const none = fc.constant<Condition[]>([]);
    const parts = fc.array(fc.oneof(partOf('USERS', none), partOf('INTERACTIONS', none)), {
      minLength: 1,
      maxLength: 3,
    });
    await fc.assert(
      fc.asyncProperty(parts, async (filter) => {
        const { expression, filterValues } = write(filter, 'UserID');
        const data = await readFilterData(dataDir, { expression, sources });
        const mask = userMask(data, { filterValues, itemId: '' }, USER_IDS);
        const chosen = USER_IDS.filter((_, user) => mask[user] === 1);
        const meant = USER_IDS.filter((userId) => userPasses(filter, userId));
        expect([expression, chosen]).toEqual([expression, meant]);
      }),
      { numRuns: 40 },
    );
  });
});

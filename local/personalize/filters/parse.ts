import type { Comparison, Condition, FilterExpression, FilterPart, Operand, Source } from './expression.ts';
import { Reader } from './reader.ts';
import { FilterSyntaxError } from './tokens.ts';

const SOURCES: Readonly<Record<string, Source>> = {
  INTERACTIONS: 'INTERACTIONS',
  ITEMS: 'ITEMS',
  USERS: 'USERS',
  CURRENTUSER: 'CURRENTUSER',
};
const COMPARISONS: readonly string[] = ['=', '!=', '<', '<=', '>', '>='] satisfies Comparison[];
const isComparison = (text: string): text is Comparison => COMPARISONS.includes(text);

function readOperand(reader: Reader): Operand {
  const { kind, text } = reader.token;
  if (kind === 'text') reader.next();
  else if (kind === 'parameter') return { kind, name: reader.next().text };
  else if (kind === 'number') return { kind, number: Number(reader.next().text) };
  else if (reader.takes('*')) return { kind: 'text', text: '*' };
  else if (reader.takes('CURRENTITEM')) {
    reader.expect('.');
    return { kind: 'currentItem', field: reader.word('a field of CurrentItem').text };
  } else throw reader.error('Expected a value');
  return { kind: 'text', text };
}

/** `("a", "b")`, or `CurrentItem.field` without parentheses. */
function readList(reader: Reader): Operand[] {
  if (reader.token.text.toUpperCase() === 'CURRENTITEM') return [readOperand(reader)];
  reader.expect('(');
  const values = [readOperand(reader)];
  while (reader.takes(',')) values.push(readOperand(reader));
  reader.expect(')');
  return values;
}

/** One operand of a comparison, in parentheses or without. */
function readSingle(reader: Reader): Operand {
  if (!reader.takes('(')) return readOperand(reader);
  const operand = readOperand(reader);
  reader.expect(')');
  return operand;
}

function readSource(reader: Reader, allowed: readonly Source[]): Source {
  const source = SOURCES[reader.token.text.toUpperCase()];
  if (source === undefined || !allowed.includes(source))
    throw reader.error(`Expected one of ${allowed.join(', ')}`);
  reader.next();
  return source;
}

/** `<source>.<field> <operator> <operands>`. */
export function readCondition(reader: Reader, allowed: readonly Source[]): Condition {
  const { position } = reader.token;
  const source = readSource(reader, allowed);
  reader.expect('.');
  const field = reader.word('a field').text;
  if (reader.takes('NOT')) {
    reader.expect('IN');
    return { source, field, operator: 'NOT IN', values: readList(reader), position };
  }
  if (reader.takes('IN')) return { source, field, operator: 'IN', values: readList(reader), position };
  const { text } = reader.token;
  if (!isComparison(text)) throw reader.error('Expected IN, NOT IN or a comparison');
  reader.next();
  return { source, field, operator: text, values: [readSingle(reader)], position };
}

function readGroups(reader: Reader, subject: 'ITEM' | 'USER'): Condition[][] {
  const read = () => readCondition(reader, ['INTERACTIONS', subject === 'ITEM' ? 'ITEMS' : 'USERS']);
  const groups = [[read()]];
  for (;;) {
    if (reader.takes('AND')) groups.at(-1)?.push(read());
    else if (reader.takes('OR')) groups.push([read()]);
    else return groups;
  }
}

/** Interactions are a user's, items are the shop's: AWS takes them only in parts of their own. */
function checkSources(anyOf: readonly (readonly Condition[])[]): void {
  const conditions = anyOf.flat();
  const first = conditions[0];
  const other = conditions.find(({ source }) => source !== first?.source);
  if (other !== undefined) {
    throw new FilterSyntaxError('Different datasets cannot be in one part: divide it with |', other.position);
  }
}

/** `CurrentUser.field = value`, several of them with AND. */
function readWhen(reader: Reader): Condition[] {
  const conditions = [readCondition(reader, ['CURRENTUSER'])];
  while (reader.takes('AND')) conditions.push(readCondition(reader, ['CURRENTUSER']));
  return conditions;
}

function readPart(reader: Reader): FilterPart {
  const action = reader.takes('INCLUDE') ? 'INCLUDE' : 'EXCLUDE';
  if (action === 'EXCLUDE') {
    if (!reader.takes('EXCLUDE')) throw reader.error('Expected INCLUDE or EXCLUDE');
  }
  const subject = reader.takes('ITEMID') ? 'ITEM' : 'USER';
  if (subject === 'USER' && !reader.takes('USERID')) throw reader.error('Expected ItemID or UserID');
  reader.expect('WHERE');
  const anyOf = readGroups(reader, subject);
  checkSources(anyOf);
  return { action, subject, anyOf, when: reader.takes('IF') ? readWhen(reader) : [] };
}

/**
 * Reads a filter expression (grammar: developer guide, "Filter expression structure and elements"). Keywords
 * and dataset names are read in any case, fields as written.
 * @throws {FilterSyntaxError} with the position of what is wrong
 */
export function parseFilter(text: string): FilterExpression {
  const reader = new Reader(text);
  const parts = [readPart(reader)];
  while (reader.takes('|')) parts.push(readPart(reader));
  if (reader.token.kind !== 'end') throw reader.error('Expected AND, OR, IF, | or the end');
  const other = parts.findIndex(({ subject }) => subject !== parts[0]?.subject);
  if (other > 0)
    throw new FilterSyntaxError(
      'ItemID and UserID cannot be in one filter',
      parts[other]?.anyOf[0]?.[0]?.position ?? 0,
    );
  return parts;
}

import { type FilterExpression, parametersOf } from './expression.ts';

/** Reads a filter value as a request gives it: `"horror","comedy"` or `20`; null when it cannot be read. */
export function readFilterValue(text: string): string[] | null {
  const one = /\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",]+))\s*(,|$)/y;
  const values: string[] = [];
  while (one.lastIndex < text.length) {
    const match = one.exec(text);
    if (match === null) return null;
    values.push(match[1]?.replaceAll(/\\(.)/g, '$1') ?? match[2] ?? '');
    if (match[3] === '' && one.lastIndex >= text.length) return values;
  }
  return values.length > 0 && !text.trimEnd().endsWith(',') ? values : null;
}

/** What is wrong with the values a request gives to a filter's parameters, or null. */
export function filterProblem(
  expression: FilterExpression,
  filterValues: Readonly<Record<string, string>>,
): string | null {
  const needed = parametersOf(expression);
  const absent = needed.find((name) => filterValues[name] === undefined);
  if (absent !== undefined) return `The filter needs a value for $${absent}.`;
  const unread = needed.find((name) => readFilterValue(filterValues[name] ?? '') === null);
  return unread === undefined ? null : `The filter value of $${unread} cannot be read.`;
}

/**
 * Simple paths into JSON: `customer.address.city`, `lines[0].sku`, and `items[].sku`, where `[]` stands for
 * each element: one record then gives as many rows as there are.
 */
export interface JsonPath {
  readonly text: string;
  /** Steps to the repeated array; null when the path names one value. */
  readonly array: readonly string[] | null;
  /** Steps to the value, from the record or from an element. */
  readonly steps: readonly string[];
}

export function parseJsonPath(text: string): JsonPath {
  const [before, after] = text.split(/\[\]\.?/, 2);
  return after === undefined
    ? { text, array: null, steps: stepsOf(text) }
    : { text, array: stepsOf(before ?? ''), steps: stepsOf(after) };
}

function stepsOf(text: string): string[] {
  return text
    .replace(/\[(\d+)\]/g, '.$1')
    .split('.')
    .filter((step) => step !== '');
}

/** Undefined where there is nothing. A text on the way that holds JSON is opened. */
export function valueAt(value: unknown, steps: readonly string[]): unknown {
  let at = value;
  for (const step of steps) {
    const holder = typeof at === 'string' ? openJson(at) : at;
    if (typeof holder !== 'object' || holder === null || !Object.hasOwn(holder, step)) return undefined;
    at = (holder as Record<string, unknown>)[step];
  }
  return at;
}

/** An array, also one that is written down as text; undefined for anything else. */
export function arrayAt(value: unknown, steps: readonly string[]): readonly unknown[] | undefined {
  const found = valueAt(value, steps);
  const opened = typeof found === 'string' ? openJson(found) : found;
  return Array.isArray(opened) ? opened : undefined;
}

function openJson(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A value as the text of a cell: levels of a list are joined as those of a category are written. */
export function cellOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint')
    return String(value);
  return Array.isArray(value) ? value.map(cellOf).filter(Boolean).join(' > ') : '';
}

const DEEPEST = 4;

/** Every path of a record that leads to a value: what can be recognised by name, or put into a mapping. */
export function pathsOf(record: unknown): string[] {
  const found = new Set<string>();
  const walk = (value: unknown, path: string, depth: number): void => {
    if (typeof value !== 'object' || value === null || depth > DEEPEST) {
      if (path !== '') found.add(path);
      return;
    }
    if (Array.isArray(value)) {
      if (typeof value[0] !== 'object') found.add(path);
      else if (!path.includes('[]')) for (const element of value) walk(element, `${path}[]`, depth);
      return;
    }
    for (const [key, inner] of Object.entries(value))
      if (!/[.[\]]/.test(key)) walk(inner, path === '' ? key : `${path}.${key}`, depth + 1);
  };
  walk(record, '', 0);
  return [...found];
}

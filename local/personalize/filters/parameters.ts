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

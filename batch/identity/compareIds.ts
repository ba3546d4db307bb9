/** Shorter ids first, as 9 comes before 10; the first of a group names it. The same on every machine. */
export function compareIds(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}

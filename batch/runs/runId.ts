/** `20261122-091500-7f3a`: sorts by time, and fits into Personalize's names. */
export function newRunId(now: Date, random: () => number): string {
  const time = now.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  const tail = Math.floor(random() * 65_536)
    .toString(16)
    .padStart(4, '0');
  return `${time}-${tail}`;
}

/** Whether a name has the shape that newRunId gives. */
export function isRunId(name: string): boolean {
  return /^\d{8}-\d{6}-[0-9a-f]{4}$/.test(name);
}

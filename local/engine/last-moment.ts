import type { TrainingInput } from './training-input.ts';

/** Data can end long before the clock's now: ages are counted from its last day. */
export function lastMoment(input: Pick<TrainingInput, 'interactions' | 'now'>): number {
  const { times, timeKind } = input.interactions;
  if (timeKind !== 'seconds') return 0;
  let latest = 0;
  for (let row = 0; row < times.length; row += 1) latest = Math.max(latest, times[row] as number);
  return Math.min(input.now, latest + 1);
}

import type { StepContext, StepCounts, StepName } from '../steps/step.ts';

/** `{ [as]: n }` with a count of this run's export, or nothing when it did not count that. */
export function exported({ earlier }: StepContext, name: string, as: string): StepCounts {
  const count = earlier.get('export')?.[name];
  return count === undefined ? {} : { [as]: count };
}

/** Interactions that are trained on: an incremental export holds the new ones only. */
export function trainedInteractions(earlier: ReadonlyMap<StepName, StepCounts>): number {
  return Math.max(earlier.get('export')?.['interactions'] ?? 0, earlier.get('check')?.['interactions'] ?? 0);
}

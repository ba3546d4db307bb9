import type { StepContext, StepCounts } from '../steps/step.ts';

/** `{ [as]: n }` with a count of this run's export, or nothing when it did not count that. */
export function exported({ earlier }: StepContext, name: string, as: string): StepCounts {
  const count = earlier.get('export')?.[name];
  return count === undefined ? {} : { [as]: count };
}

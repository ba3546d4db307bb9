import { BatchError, EXIT } from '../errors.ts';
import { STEP_NAMES, type StepName } from '../steps/step.ts';

/** Which steps of a run are done; null: no end on that side. */
export interface Selection {
  /** That step and those behind it are done again, also in a run that is closed. */
  readonly from: StepName | null;
  readonly until: StepName | null;
}

export const WHOLE_RUN: Selection = { from: null, until: null };

interface SelectionOptions {
  readonly only?: string | undefined;
  readonly from?: string | undefined;
  readonly until?: string | undefined;
  readonly fresh: boolean;
}

/** Throws BatchError `usage` for a name that is no step and for flags that contradict each other. */
export function readSelection({ only, from, until, fresh }: SelectionOptions): Selection {
  if (only !== undefined && (from !== undefined || until !== undefined)) {
    throw usage('--only does not go with --from or --until');
  }
  const first = stepOf(only ?? from);
  const last = stepOf(only ?? until);
  if (fresh && first !== null && first !== STEP_NAMES[0]) {
    throw usage(`--fresh starts a new run, which cannot begin with ${first}`);
  }
  if (first !== null && last !== null && STEP_NAMES.indexOf(first) > STEP_NAMES.indexOf(last)) {
    throw usage(`${first} comes after ${last}`);
  }
  return { from: first, until: last };
}

function stepOf(name: string | undefined): StepName | null {
  if (name === undefined) return null;
  const step = STEP_NAMES.find((known) => known === name);
  if (step === undefined) throw usage(`there is no step ${name}`);
  return step;
}

function usage(message: string): BatchError {
  return new BatchError({
    code: 'usage',
    message,
    remedy: `the steps are, in this order: ${STEP_NAMES.join(', ')}`,
    exitCode: EXIT.usage,
  });
}

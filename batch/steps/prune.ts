import { pruneSnapshots } from '../publish/pruneSnapshots.ts';
import type { Step } from './step.ts';

/** Drops what no kept snapshot needs; a rerun drops the rest. */
export const pruneStep: Step = {
  name: 'prune',
  run: (context) => pruneSnapshots(context, { keepRun: context.runId }),
};

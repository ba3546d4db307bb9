import { checkStep } from './check.ts';
import { exportStep } from './export.ts';
import { gateStep } from './gate.ts';
import { importStep } from './import.ts';
import { inferStep } from './infer.ts';
import { loadStep } from './load.ts';
import { pruneStep } from './prune.ts';
import { publishStep } from './publish.ts';
import type { Step } from './step.ts';
import { trainStep } from './train.ts';

/** A run, from orders to readers. */
export const STEPS: readonly Step[] = [
  checkStep,
  exportStep,
  importStep,
  trainStep,
  inferStep,
  loadStep,
  gateStep,
  publishStep,
  pruneStep,
];

import { loadSnapshot } from '../load/loadSnapshot.ts';
import type { Step } from './step.ts';

/** Outputs and orders → one snapshot's rows in Postgres. */
export const loadStep: Step = { name: 'load', run: loadSnapshot };

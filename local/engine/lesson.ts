import type { Truth } from './examples.ts';
import type { Signals } from './signals.ts';

/** One past moment: what was known then, and what was bought after. */
export interface Lesson {
  readonly signals: Signals;
  readonly truth: Truth;
  /** Users whose window could be observed: those in `truth` and those who bought nothing. */
  readonly observed: Int32Array;
  /** false = of use for newcomers only. */
  readonly itemModels: boolean;
}

import type { Config } from '../config.ts';
import type { StepContext } from '../steps/step.ts';

/** What making a resource needs: a run's context has it, and the set-up makes it. */
export type ResourceContext = Pick<
  StepContext,
  'personalize' | 'clock' | 'random' | 'sleep' | 'progress' | 'log' | 'wait'
> & {
  readonly config: Pick<Config, 'environment' | 'personalize'>;
};

import type { Config } from '../config.ts';
import { createPersonalizeClient } from '../personalize/client.ts';
import type { StepContext } from '../steps/step.ts';
import type { Rival } from './bakeOff.ts';

/** The embedded engine, where its address is known; it costs nothing to ask. */
export function embeddedRival(config: Pick<Config, 'personalize' | 'engines'>): Rival[] {
  const endpoint = config.engines.embeddedEndpoint;
  if (endpoint === null) return [];
  return [{ engine: 'embedded', personalize: createPersonalizeClient({ ...config.personalize, endpoint }) }];
}

/** The engine of the run itself, whatever it costs. */
export function ownRival({ config, personalize }: StepContext): Rival {
  return { engine: config.personalize.engine, personalize };
}

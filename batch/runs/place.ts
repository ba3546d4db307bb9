import type { Config } from '../config.ts';

/** `environment/engine`: runs of another environment or engine are never gone on with, nor are their outputs used. */
export function placeOf({ environment, personalize }: Pick<Config, 'environment' | 'personalize'>): string {
  return `${environment}/${personalize.engine}`;
}

import type { Environment } from './configValues.ts';
import { editDistance } from './editDistance.ts';
import { isVariable, VARIABLE_NAMES } from './variables.ts';

/**
 * A line for each environment variable that is a setting but for one letter while that setting is not given: else a cap
 * on costs could be thought set. Names only, never a value.
 */
export function mistypedVariables(env: Environment): string[] {
  return Object.keys(env).flatMap((name) => {
    if (isVariable(name)) return [];
    const meant = VARIABLE_NAMES.find(
      (setting) =>
        !env[setting] && Math.abs(name.length - setting.length) <= 1 && editDistance(name, setting) === 1,
    );
    return meant === undefined
      ? []
      : [`${name} is no setting of the batch and does nothing: ${meant} is one`];
  });
}

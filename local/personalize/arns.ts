import type { Call } from './protocol/operation.ts';

/** ARNs as observed: `arn:aws:personalize:<region>:<account>:<rest>`. */
export function arnOf(call: Call, rest: string): string {
  return `arn:aws:personalize:${call.region}:${call.service.account}:${rest}`;
}

/** Service recipes belong to no region or account. */
export const recipeArn = (name: string) => `arn:aws:personalize:::recipe/${name}`;

export const regionOf = (arn: string) => arn.split(':')[3] ?? '';

import type { Call } from './protocol/operation.ts';

/** ARNs as observed: `arn:aws:personalize:<region>:<account>:<rest>`. */
export function arnOf(call: Call, rest: string): string {
  return `arn:aws:personalize:${call.region}:${call.service.account}:${rest}`;
}

export const regionOf = (arn: string) => arn.split(':')[3] ?? '';

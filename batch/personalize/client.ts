import { PersonalizeClient, type PersonalizeClientConfig } from '@aws-sdk/client-personalize';
import type { Config } from '../config.ts';

/**
 * Without the SDK's own retries: a repeated call that makes something must look first whether the lost one
 * made it, so patience.ts does all of the waiting and trying again.
 * Credentials come from the SDK's own chain unless `options` says otherwise.
 */
export function createPersonalizeClient(
  config: Config['personalize'],
  options: PersonalizeClientConfig = {},
): PersonalizeClient {
  return new PersonalizeClient({
    region: config.region,
    maxAttempts: 1,
    ...(config.endpoint === null ? {} : { endpoint: config.endpoint }),
    ...options,
  });
}

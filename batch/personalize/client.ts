import { PersonalizeClient, type PersonalizeClientConfig } from '@aws-sdk/client-personalize';
import type { Config } from '../config.ts';

/** Address (AWS_ENDPOINT_URL_PERSONALIZE) and credentials come from the SDK's own chain unless `options` says otherwise. */
export function createPersonalizeClient(
  config: Config['personalize'],
  options: PersonalizeClientConfig = {},
): PersonalizeClient {
  return new PersonalizeClient({ region: config.region, maxAttempts: 4, ...options });
}

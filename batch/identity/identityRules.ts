import type { Config } from '../config.ts';
import { BatchError, EXIT } from '../errors.ts';
import { createErasedIdHasher, type ErasedIdHasher } from '../people/erasedIds.ts';
import { type ContactReader, createContactReader, isPhoneCountry } from './contactReader.ts';

/** What decides who is who. One for each ingest or sync. */
export interface IdentityRules {
  readonly contacts: ContactReader;
  /** A contact that more customers have makes none of them one. */
  readonly sharedLimit: number;
  /** Knows again who was erased. */
  readonly erasedIds: ErasedIdHasher;
}

/** @throws BatchError bad_config for a country nobody telephones in */
export function createIdentityRules({
  identity,
  matching,
}: Pick<Config, 'identity' | 'matching'>): IdentityRules {
  const { phoneCountry, junk, sharedLimit } = matching;
  if (phoneCountry !== null && !isPhoneCountry(phoneCountry))
    throw new BatchError({
      code: 'bad_config',
      message: `PHONE_COUNTRY ${phoneCountry} is not a country with telephones`,
      remedy: 'give the two letters of ISO 3166, such as PK, DE or GB',
      final: true,
      exitCode: EXIT.usage,
    });
  return {
    contacts: createContactReader({ ...identity, phoneCountry, junk }),
    sharedLimit,
    erasedIds: createErasedIdHasher(identity.idHashKey),
  };
}

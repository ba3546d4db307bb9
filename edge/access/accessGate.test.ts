import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { UserAnswer } from '../../shared/api/recommendation.ts';
import { type Ask, edgeOf, PATIENT } from '../testing/askEdge.ts';
import { makePointer, makeSnapshot } from '../testing/sampleSnapshot.ts';
import { signJwt } from './jwt.ts';

const USER = '/api/v1/personalize/recommendations/user';
const KEY = 'k'.repeat(40);
const READ_KEY = 'r'.repeat(43);
const HOUR = Math.floor(Date.now() / 1000) + 3_600;
const SIGNED = {
  ...PATIENT,
  ...{ USER_READS: 'signed', SHOPPER_TOKEN_KEYS: KEY, POINTER_TTL_MS: '3600000' },
  READ_KEYS: JSON.stringify([
    { name: 'crm', sha256: createHash('sha256').update(READ_KEY).digest('hex'), scopes: ['personal'] },
  ]),
};

let edgeWith: (env?: Record<string, string>) => Ask;
beforeAll(async () => {
  const values = new Map([...(await makeSnapshot(2)).values, makePointer(2, null)]);
  const kv = {
    async get(key: string) {
      const value = values.get(key);
      return value === undefined ? null : new Uint8Array(value).buffer;
    },
  };
  edgeWith = (env = {}) => edgeOf({ kv, env: { ...SIGNED, ...env } });
});

const tokenOf = (sub: string, src?: string) => signJwt(KEY, { aud: 'recommendations', sub, src, exp: HOUR });

async function isPersonal(ask: Ask, path: string, credentials: string): Promise<boolean> {
  const { text } = await ask(path, { headers: { authorization: `Bearer ${credentials}` } });
  return UserAnswer.parse(JSON.parse(text)).personal;
}

describe('a proof to be one customer', () => {
  test("opens no other system's customer of the same id, however the address spells the system", async () => {
    const token = await tokenOf('ayesha');
    const ask = edgeWith();
    expect(await isPersonal(ask, `${USER}/ayesha`, token)).toBe(true);
    for (const name of ['id_source', 'id%5Fsource', '%69d_source', 'id_sourc%65']) {
      // The first and the second time, and when the answer was made for somebody who may see it.
      const path = `${USER}/ayesha?${name}=till`;
      for (const credentials of [token, token, READ_KEY, READ_KEY, token])
        expect(await isPersonal(ask, path, credentials), path).toBe(credentials === READ_KEY);
    }
  });

  test("opens nobody else's list while its system has not told of the customer yet", async () => {
    // bilal of the till is unknown, but another system calls somebody so.
    const path = `${USER}/bilal`;
    const tokens = [await tokenOf('bilal', 'till'), await tokenOf('bilal')];
    const ask = edgeWith({ ID_SOURCE: 'till' });
    for (const credentials of [...tokens, READ_KEY, ...tokens])
      expect(await isPersonal(ask, path, credentials)).toBe(credentials === READ_KEY);
    expect(await isPersonal(ask, `${USER}/17`, await tokenOf('17'))).toBe(true);
  });
});

import { describe, expect, test } from 'vitest';
import { ALL_PARTS, readConfig } from './config.ts';
import { BatchError } from './errors.ts';

const complete = {
  DATABASE_URL: 'postgres://u:secret@127.0.0.1/db',
  ENVIRONMENT: 'local',
  AWS_REGION: 'eu-central-1',
  S3_BUCKET: 'shop-results',
  AWS_ENDPOINT_URL_PERSONALIZE: 'http://127.0.0.1:4000',
  KV_BASE_URL: 'http://127.0.0.1:8787/kv/namespaces/n/',
  ID_HASH_KEY: 'ab'.repeat(32),
};

describe('the configuration', () => {
  test('is read with its defaults', () => {
    const config = readConfig(complete, ALL_PARTS);
    expect(config.personalize).toMatchObject({
      engine: 'embedded',
      pollFirstMs: 50,
      segments: { enabled: true },
    });
    expect(config.s3).toMatchObject({ prefix: 'recommendations', forcePathStyle: false });
    expect(config.kv.baseUrl).toBe('http://127.0.0.1:8787/kv/namespaces/n');
    expect(config.lengths.user_recommendations).toBe(50);
  });

  test('lists every problem together, and no value', () => {
    const read = () =>
      readConfig(
        { ...complete, DATABASE_URL: 'mysql://u:secret@h', ENVIRONMENT: '', LENGTH_PAIRS: 'x' },
        ALL_PARTS,
      );
    expect(read).toThrow(BatchError);
    expect(read).toThrow(
      /DATABASE_URL does not begin.*ENVIRONMENT is not set.*LENGTH_PAIRS is not a number/s,
    );
    expect(read).not.toThrow(/secret/);
  });

  test('keeps nothing to go on with for longer than its objects are kept', () => {
    const read = (days: number) =>
      readConfig({ ...complete, RESUME_WITHIN_HOURS: `${24 * days}` }, ALL_PARTS);
    expect(read(60).personalize.resumableMs).toBe(60 * 86_400_000);
    expect(() => read(61)).toThrow(/RESUME_WITHIN_HOURS must not be above 1440/);
  });

  test('asks a command only for the parts it needs', () => {
    expect(readConfig({ DATABASE_URL: complete.DATABASE_URL }, ['database'])).toEqual({
      database: { url: complete.DATABASE_URL },
    });
  });

  test('wants a role, and no segments, from the real Personalize', () => {
    const { AWS_ENDPOINT_URL_PERSONALIZE: _, ...aws } = complete;
    expect(() => readConfig({ ...aws, AWS_REGION: '' }, ALL_PARTS)).toThrow(
      /AWS_REGION is not set[\s\S]*PERSONALIZE_ROLE_ARN is not set/,
    );
    const role = { PERSONALIZE_ROLE_ARN: `arn:aws:iam::${'0'.repeat(12)}:role/personalize` };
    const config = readConfig({ ...aws, ...role }, ['personalize']);
    expect(config.personalize).toMatchObject({
      engine: 'aws',
      pollFirstMs: 10_000,
      segments: { enabled: false },
    });
  });
});

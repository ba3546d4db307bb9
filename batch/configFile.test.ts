import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runBatchProgram } from '../local/testing/batchProgram.ts';
import { ALL_PARTS, readConfig } from './config.ts';
import { type ConfigFile, parseConfigFile, readConfigFile } from './configFile.ts';
import { PARTS } from './configParts.ts';
import { configValues, shownValue } from './configValues.ts';
import { VARIABLE_NAMES, type VariableName } from './variables.ts';

const parse = (content: unknown): ConfigFile => parseConfigFile('shop.json', JSON.stringify(content));

const shown = (env: Record<string, string>, file: ConfigFile | null, name: VariableName) => {
  const value = configValues(env, file).find((entry) => entry.name === name);
  return value === undefined ? undefined : { source: value.source, value: shownValue(value) };
};

describe('the configuration file', () => {
  test('gives what the environment does not, as text, number or switch', () => {
    const file = parse({ S3_PREFIX: 'from-file', LENGTH_PAIRS: 30, S3_FORCE_PATH_STYLE: true });
    const env = { AWS_REGION: 'eu-central-1', S3_BUCKET: 'shop', S3_PREFIX: 'from-env' };
    const config = readConfig(env, ['s3', 'lengths'], file);
    expect(config.s3).toMatchObject({ prefix: 'from-env', forcePathStyle: true });
    expect(config.lengths).toMatchObject({ pairs: 30, similar: 50 });
  });

  test('is told of secrets, strangers, nulls and the settings themselves in one list without values', () => {
    const file = parse({
      ID_HASH_KEY: 'c0ffee'.repeat(10),
      DATABASE_URL: 'postgres://u:hidden@h/d',
      S3_BUKET: 'x',
      CONFIG_FILE: 'other.json',
      AWS_REGION: null,
      LENGTH_PAIRS: 'many',
    });
    const read = () => readConfig({}, ['environment', 'lengths'], file);
    expect(read).toThrow(
      /7 problems.*ID_HASH_KEY is a secret.*DATABASE_URL is a secret.*S3_BUKET is not a setting.*CONFIG_FILE is read from.*AWS_REGION is null.*ENVIRONMENT is not set.*LENGTH_PAIRS is not a number/s,
    );
    expect(read).not.toThrow(/c0ffee|hidden/);
  });

  test.each(['', 'nonsense', '[]', 'null', '"text"'])('refuses %j instead of an object', (text) => {
    expect(parseConfigFile('shop.json', text).problems).toEqual(['shop.json is not a JSON object']);
  });

  test('may be absent unless it is named', () => {
    expect(readConfigFile(undefined)).toBeNull();
    expect(readConfigFile('/nowhere/shop.json')?.problems).toEqual([
      'CONFIG_FILE /nowhere/shop.json cannot be read (ENOENT)',
    ]);
  });
});

describe('the settings', () => {
  test('are declared once and each is read by a part, and the other way round', () => {
    const read = new Set(Object.values(PARTS).flatMap((part) => Object.keys(part.in.shape)));
    read.add('CONFIG_FILE');
    expect([...read].sort()).toEqual([...VARIABLE_NAMES].sort());
    expect(Object.keys(PARTS)).toEqual(expect.arrayContaining([...ALL_PARTS]));
  });

  test('say where they come from; their default may depend on the engine', () => {
    const embedded = { AWS_ENDPOINT_URL_PERSONALIZE: 'http://127.0.0.1:1' };
    expect(shown({}, null, 'POLL_FIRST_MS')).toEqual({ source: 'default', value: '10000' });
    expect(shown({}, parse(embedded), 'POLL_FIRST_MS')).toEqual({ source: 'default', value: '50' });
    expect(shown({}, parse({ SEGMENTS: 'on' }), 'SEGMENTS')).toEqual({ source: 'file', value: 'on' });
    expect(shown({ SEGMENTS: 'off' }, parse({ SEGMENTS: 'on' }), 'SEGMENTS')).toEqual({
      source: 'env',
      value: 'off',
    });
    expect(shown({}, null, 'S3_BUCKET')).toEqual({ source: 'unset', value: null });
  });

  test.each([
    ['env', 'file'],
    ['file', 'env'],
    ['file', 'file'],
  ])('take the engine that ENGINE says in the %s, its address in the %s', (engineFrom, addressFrom) => {
    const given: Record<string, Record<string, string>> = { env: {}, file: {} };
    Object.assign(given[engineFrom] ?? {}, { ENGINE: 'embedded' });
    Object.assign(given[addressFrom] ?? {}, { EMBEDDED_ENDPOINT: 'http://127.0.0.1:1/' });
    const [env = {}, file] = [given['env'], parse(given['file'])];
    expect(shown(env, file, 'AWS_ENDPOINT_URL_PERSONALIZE')).toEqual({
      source: addressFrom,
      value: 'http://127.0.0.1:1/',
    });
    expect(shown(env, file, 'POLL_FIRST_MS')?.value).toBe('50');
  });

  test('leave an address that is not Amazon’s aside when ENGINE is aws', () => {
    const embedded = { AWS_ENDPOINT_URL_PERSONALIZE: 'http://127.0.0.1:1' };
    const amazon = { AWS_ENDPOINT_URL_PERSONALIZE: 'https://personalize.eu-central-1.amazonaws.com' };
    for (const [env, file] of [
      [{ ENGINE: 'aws', ...embedded }, null],
      [{ ENGINE: 'aws' }, parse(embedded)],
    ] as const)
      expect(shown(env, file, 'AWS_ENDPOINT_URL_PERSONALIZE')).toEqual({ source: 'unset', value: null });
    expect(shown({ ENGINE: 'aws', ...amazon }, null, 'AWS_ENDPOINT_URL_PERSONALIZE')?.source).toBe('env');
  });

  test('are refused when ENGINE is embedded and nothing says where it is', () => {
    const read = () => readConfig({ ENGINE: 'embedded' }, ['engines']);
    expect(read).toThrow(/EMBEDDED_ENDPOINT is not set, which ENGINE=embedded needs/);
    const there = { ENGINE: 'embedded', AWS_ENDPOINT_URL_PERSONALIZE: 'http://127.0.0.1:1' };
    expect(readConfig(there, ['engines']).engines.engine).toBe('embedded');
  });

  test('never show a secret', () => {
    const env = {
      DATABASE_URL: 'postgres://shop:hidden@db.example:5432/shop?password=hidden',
      CLOUDFLARE_API_TOKEN: 'hidden',
      ID_HASH_KEY: 'hidden',
      KV_BASE_URL: 'https://u:hidden@kv.example/n',
    };
    const values = configValues(env, null).map((value) => shownValue(value) ?? '');
    expect(values.join()).not.toContain('hidden');
    expect(shown(env, null, 'DATABASE_URL')?.value).toBe('postgres://***@db.example:5432/shop?***');
    expect(shown({ DATABASE_URL: 'host=h password=hidden' }, null, 'DATABASE_URL')?.value).toBe('(set)');
  });
});

describe('batch config', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'config-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('prints values and sources of the file of the folder it runs in, and ends with 2 for what is missing', async () => {
    await writeFile(join(folder, 'batch.config.json'), '{"ENVIRONMENT":"staging"}');
    const env = { DATABASE_URL: 'postgres://u:hidden@h/d' };
    const { code, out, said } = await runBatchProgram(env, ['config', '--json'], folder);
    expect(code).toBe(2);
    expect(said).toMatch(/^error: [^{]*\n {2}- S3_BUCKET is not set/m);
    const { file, values, problems } = JSON.parse(out);
    expect(file).toBe('batch.config.json');
    expect(values).toContainEqual(
      expect.objectContaining({ name: 'ENVIRONMENT', value: 'staging', source: 'file', secret: false }),
    );
    expect(problems.length).toBeGreaterThan(2);
    expect(out).not.toContain('hidden');
  });
});

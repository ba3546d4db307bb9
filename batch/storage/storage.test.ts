import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type LocalS3, startS3 } from '../../local/s3/startS3.ts';
import { newTally, readRecommendations, readSegments } from '../personalize/outputLines.ts';
import { readJsonLines } from './jsonLines.ts';
import {
  checkBucket,
  createObjectStore,
  deletePrefix,
  listObjects,
  type ObjectStore,
  writeObject,
} from './objectStore.ts';

let folder: string;
let s3: LocalS3;
let store: ObjectStore;
const reach = (bucket: string): ObjectStore =>
  createObjectStore(
    { region: 'eu-central-1', bucket, prefix: 'p', forcePathStyle: true, endpoint: null },
    { endpoint: s3.url, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } },
  );
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'storage-test-'));
  s3 = await startS3({ dataDir: folder, buckets: ['results'] });
  store = reach('results');
});
afterAll(async () => {
  await s3.stop();
  await rm(folder, { recursive: true, force: true });
});

const write = (key: string, text: string | Iterable<string>) =>
  writeObject(store, {
    key,
    body: Readable.from(typeof text === 'string' ? [text] : text),
    contentType: 'text/plain',
  });
async function all<T>(source: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const one of source) found.push(one);
  return found;
}

describe('a bucket out of reach', () => {
  test('is named as the cause by every call, never the database', async () => {
    const gone = createObjectStore(
      { region: 'eu-central-1', bucket: 'results', prefix: 'p', forcePathStyle: true, endpoint: null },
      {
        endpoint: 'http://127.0.0.1:9',
        maxAttempts: 1,
        credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
      },
    );
    const refused = {
      code: 'bucket_unreachable',
      message: expect.stringContaining('bucket results cannot be used'),
    };
    await expect(checkBucket(gone)).rejects.toMatchObject(refused);
    await expect(listObjects(gone, 'p/')).rejects.toMatchObject(refused);
    await expect(deletePrefix(gone, 'p/')).rejects.toMatchObject(refused);
    const body = Readable.from(['x']);
    await expect(writeObject(gone, { key: 'k', body, contentType: 'text/plain' })).rejects.toMatchObject(
      refused,
    );
  });

  test('is not blamed for a body that breaks off', async () => {
    const body = Readable.from(
      (function* () {
        yield 'x';
        throw Object.assign(new Error('cut'), { code: 'ECONNRESET' });
      })(),
    );
    await expect(writeObject(store, { key: 'cut', body, contentType: 'text/plain' })).rejects.toThrow('cut');
    expect(await listObjects(store, 'cut')).toEqual([]);
  });
});

describe('the object store', () => {
  test('streams large objects up in parts and reads them back line by line', async () => {
    const count = 300_000;
    function* lines(): Generator<string> {
      for (let i = 0; i < count; i++) yield `{"n":${i},"city":"İstanbul\u2028 ${'x'.repeat(40)}"}\n`;
    }
    await write('big/a.jsonl.out', lines());
    await write('big/a.jsonl_CHECK', 'not a line');
    let next = 0;
    for await (const { n } of readJsonLines(store, 'big/', z.object({ n: z.number() }))) {
      if (n !== next) throw new Error(`${n} came instead of ${next}`);
      next++;
    }
    expect(next).toBe(count);
    expect(Math.max(...(await listObjects(store, 'big/')).map(({ bytes }) => bytes))).toBeGreaterThan(
      16 * 1024 * 1024,
    );
  });

  test('deletes what lies below a prefix, and nothing beside it', async () => {
    await write('old/1/a', 'x');
    await write('old/2/a', 'x');
    expect(await deletePrefix(store, 'old/1/')).toBe(1);
    expect(await listObjects(store, 'old/')).toMatchObject([{ key: 'old/2/a' }]);
  });

  test('says what is wrong with a bucket', async () => {
    await checkBucket(store);
    await expect(checkBucket(reach('nowhere'))).rejects.toMatchObject({
      code: 'bucket_unreachable',
      message: expect.stringContaining('it does not exist'),
    });
  });
});

describe('output lines', () => {
  test('with an error are counted and left out', async () => {
    await write(
      'recs/users.jsonl.out',
      [
        '{"input":{"userId":"1"},"output":{"recommendedItems":["a","b"],"scores":[0.5,0.2]},"error":null}\n',
        '{"input":{"userId":"2"},"output":null,"error":"User error: no such user"}\n',
        '{"input":{"itemId":"3"},"output":{"recommendedItems":["c"]},"error":null}\n',
      ].join(''),
    );
    const tally = newTally();
    expect(await all(readRecommendations(store, 'recs/', tally))).toEqual([
      { id: '1', items: ['a', 'b'], scores: [0.5, 0.2] },
      { id: '3', items: ['c'], scores: null },
    ]);
    expect(tally).toEqual({ lines: 3, errors: 1, firstError: 'User error: no such user' });
  });

  test('of segments are read under both names of their users', async () => {
    await write(
      'seg/items.jsonl.out',
      '{"input":{"itemId":"1"},"output":{"recommendedUsers":["a"]},"error":null}\n{"input":{"itemId":"2"},"output":{"usersList":["b"]},"error":null}\n',
    );
    expect(await all(readSegments(store, 'seg/', newTally()))).toEqual([
      { itemId: '1', users: ['a'] },
      { itemId: '2', users: ['b'] },
    ]);
  });

  test('that are cut off or missing are an error that names the object', async () => {
    await write('cut/users.jsonl.out', '{"input":{"userId":"1"},"output":{"recomm');
    await expect(all(readRecommendations(store, 'cut/', newTally()))).rejects.toMatchObject({
      code: 'output_damaged',
      message: expect.stringContaining('s3://results/cut/users.jsonl.out line 1'),
    });
    await expect(all(readRecommendations(store, 'none/', newTally()))).rejects.toMatchObject({
      code: 'output_missing',
    });
  });
});

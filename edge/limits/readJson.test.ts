import { expect, test } from 'vitest';
import { readJson } from './readJson.ts';

const read = (body: string) =>
  readJson(new Request('https://edge.example/', { method: 'POST', body }), 1_000_000);

test('a string that never ends is looked through once, however many quotes it holds', async () => {
  // From each quote to the end of the text: ten minutes.
  await expect(read(`"${'\\"'.repeat(250_000)}`)).rejects.toThrow('is not JSON');
});

test('only brackets outside strings count as depth', async () => {
  const nested = (depth: number) => `${'['.repeat(depth)}"[[[\\"[[["${']'.repeat(depth)}`;
  expect(JSON.stringify(await read(nested(8)))).toBe(nested(8));
  for (const body of [nested(9), `{"a\\\\":${nested(8)}}`])
    await expect(read(body)).rejects.toThrow('nested deeper');
});

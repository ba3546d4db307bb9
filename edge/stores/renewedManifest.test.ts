import { expect, test } from 'vitest';
import { manifestKey, POINTER_KEY, Pointer } from '../../shared/snapshot/manifest.ts';
import { edgeOf } from '../testing/askEdge.ts';
import { breakable, mapKv } from '../testing/faultyKv.ts';
import { AYESHA } from '../testing/sampleShop.ts';
import { makePointer, makeSnapshot } from '../testing/sampleSnapshot.ts';

test('a manifest that was written again is read when the generation changes, though no part is missing', async () => {
  const { values } = await makeSnapshot(2);
  const without = await makeSnapshot(2, { bilal: { ...AYESHA } });
  const stored = new Map([...without.values, ...values, makePointer(2, null)]);
  const kv = breakable(mapKv(stored));
  const ask = edgeOf({ kv });
  const isPersonal = async () =>
    JSON.parse((await ask('/api/v1/personalize/recommendations/user/ayesha')).text).personal;
  expect(await isPersonal()).toBe(true);

  stored.set(manifestKey(2), without.values.get(manifestKey(2)) ?? new Uint8Array());
  expect(await isPersonal(), 'the isolate keeps what it knows of a generation').toBe(true);

  const [, pointer] = makePointer(2, null);
  const renewed = { ...Pointer.parse(JSON.parse(new TextDecoder().decode(pointer))), generation: 3 };
  stored.set(POINTER_KEY, new TextEncoder().encode(JSON.stringify(renewed)));
  expect(await isPersonal()).toBe(false);
});

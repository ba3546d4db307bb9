import pMap from 'p-map';
import { type Manifest, type PartRef, partKey } from '../../shared/snapshot/manifest.ts';
import { BatchError } from '../errors.ts';
import type { KvStore } from './kvStore.ts';
import { contentHash } from './part.ts';
import type { PublishContext } from './publishContext.ts';

/** New parts whose bytes are fetched and hashed; of all others the key must be there. */
const SAMPLE = 16;
const ATTEMPTS = 6;
const WAIT_MS = 5000;
const READS_AT_ONCE = 4;

export function partsOf(manifest: Manifest): PartRef[] {
  return [...Object.values(manifest.tables).flat(), ...Object.values(manifest.documents)];
}

/**
 * Makes sure before the flip that KV gives every part the manifest names. KV's list may lag behind its
 * writes: keys it does not show are asked for one by one, again after a while.
 * Throws BatchError `kv_incomplete`.
 */
export async function readBack(
  context: Pick<PublishContext, 'random' | 'sleep'>,
  kv: KvStore,
  { manifest, fresh }: { manifest: Manifest; fresh: readonly PartRef[] },
): Promise<void> {
  const listed = await kv.listKeys(partKey(''));
  let doubtful = [...new Set([...unlisted(manifest, listed), ...sample(fresh, context.random)])];
  for (let attempt = 1; doubtful.length > 0; attempt++) {
    const checked = await pMap(doubtful, async (key) => ((await isWhole(kv, key)) ? null : key), {
      concurrency: READS_AT_ONCE,
    });
    doubtful = checked.filter((key) => key !== null);
    if (doubtful.length === 0) return;
    if (attempt === ATTEMPTS) throw incomplete(doubtful.length);
    await context.sleep(WAIT_MS);
  }
}

function unlisted(manifest: Manifest, listed: ReadonlySet<string>): string[] {
  return partsOf(manifest)
    .map(({ key }) => key)
    .filter((key) => !listed.has(key));
}

function sample(parts: readonly PartRef[], random: () => number): string[] {
  const count = Math.min(SAMPLE, parts.length);
  return Array.from({ length: count }, () => parts[Math.floor(random() * parts.length)]?.key ?? '').filter(
    (key) => key !== '',
  );
}

async function isWhole(kv: KvStore, key: string): Promise<boolean> {
  const value = await kv.get(key);
  return value !== null && partKey(contentHash(value)) === key;
}

function incomplete(parts: number): BatchError {
  return new BatchError({
    code: 'kv_incomplete',
    message: `KV does not give back ${parts} of the parts that were written`,
    remedy: 'readers stay on the former snapshot; run batch run again in some minutes, it goes on from here',
  });
}

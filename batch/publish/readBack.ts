import pMap from 'p-map';
import { type Manifest, type PartRef, partKey, partsOf } from '../../shared/snapshot/manifest.ts';
import { BatchError } from '../errors.ts';
import type { KvStore } from './kvStore.ts';
import { contentHash } from './part.ts';
import type { PublishContext } from './publishContext.ts';

interface ReadBackRequest {
  readonly manifest: Manifest;
  /** Parts written just now. */
  readonly fresh: readonly PartRef[];
  /** Keys that kept manifests name: nobody deletes them. */
  readonly kept: ReadonlySet<string>;
}

/** New parts whose bytes are fetched and hashed; of all others the key must be there. */
const SAMPLE = 16;
const ATTEMPTS = 6;
const WAIT_MS = 5000;
const READS_AT_ONCE = 4;

/**
 * Makes sure before the flip that KV gives every part the manifest names. KV's list may lag behind:
 * keys it does not show yet are asked for one by one, again after a while; so are keys it still shows
 * though no kept manifest names them, as they may have been deleted just now.
 * Throws BatchError `kv_incomplete`.
 */
export async function readBack(
  context: Pick<PublishContext, 'random' | 'sleep'>,
  kv: KvStore,
  { manifest, fresh, kept }: ReadBackRequest,
): Promise<void> {
  const listed = await kv.listKeys(partKey(''));
  const trusted = new Set([...kept, ...fresh.map(({ key }) => key)]);
  const unsure = partsOf(manifest).filter(({ key }) => !listed.has(key) || !trusted.has(key));
  let doubtful = [...new Set([...unsure, ...sample(fresh, context.random)].map(({ key }) => key))];
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

function sample(parts: readonly PartRef[], random: () => number): PartRef[] {
  const count = Math.min(SAMPLE, parts.length);
  return Array.from({ length: count }, () => parts[Math.floor(random() * parts.length)]).filter(
    (part) => part !== undefined,
  );
}

/** Whether KV gives the part, with the very bytes that its key stands for. */
export async function isWhole(kv: KvStore, key: string): Promise<boolean> {
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

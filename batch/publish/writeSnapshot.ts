import { createCustomerKeyer } from '../../shared/identity/customerKey.ts';
import { FORMAT_VERSION } from '../../shared/snapshot/frame.ts';
import {
  DOCUMENTS,
  Manifest,
  manifestKey,
  type PartRef,
  partKey,
  partsOf,
  TABLES,
} from '../../shared/snapshot/manifest.ts';
import { inTransaction } from '../db/pool.ts';
import { BatchError } from '../errors.ts';
import { encodeCatalogueState, readCatalogueState } from '../overlay/catalogueState.ts';
import { readIdSources } from './aliasParts.ts';
import { readKeptSnapshots } from './keptSnapshots.ts';
import { contentHash } from './part.ts';
import type { PublishableSnapshot } from './publishable.ts';
import { kvOf, type PublishContext } from './publishContext.ts';
import { isWhole, readBack } from './readBack.ts';
import { snapshotParts } from './snapshotParts.ts';
import { type WrittenParts, writeParts } from './writeParts.ts';

interface WrittenSnapshot {
  readonly manifest: Manifest;
  /** What the catalogue that was written says of each product. */
  readonly catalogue: Uint8Array;
  readonly counts: { readonly parts: number; readonly kv_writes: number; readonly kv_bytes: number };
}

/**
 * Brings a snapshot into KV whole: the parts it lacks, read back, then the manifest. Readers see none of
 * it until the pointer moves. Repeating it writes only what is missing.
 * @param suspicious fetch what KV says it holds and write again what came out damaged
 */
export async function writeSnapshot(
  context: PublishContext,
  snapshot: PublishableSnapshot,
  { suspicious }: { readonly suspicious: boolean },
): Promise<WrittenSnapshot> {
  const kv = kvOf(context);
  const held = await kv.listKeys(partKey(''));
  const { snapshot_id: snapshotId, layout } = snapshot;
  const keyOf = createCustomerKeyer(context.config.identity.idHashKey);
  const { catalogue, ...written } = await inTransaction(
    context.pool,
    async (client) => {
      const parts = await writeParts(kv, snapshotParts(client, { snapshotId, layout, keyOf }), {
        holds: (key) => held.has(key) && (!suspicious || isWhole(kv, key)),
        onWritten: (done) => {
          context.signal.throwIfAborted();
          context.progress.update({ done, unit: 'parts' });
        },
      });
      return { ...parts, catalogue: encodeCatalogueState(await readCatalogueState(client)) };
    },
    'ISOLATION LEVEL REPEATABLE READ READ ONLY',
  );
  const sources = await inTransaction(context.pool, readIdSources);
  const manifest = manifestOf(snapshot, written, sources);
  context.progress.update({ done: written.fresh.length, unit: 'parts', note: 'reading back' });
  const kept = await inTransaction(context.pool, readKeptSnapshots);
  const keptKeys = new Set((kept?.manifests ?? []).flatMap(partsOf).map(({ key }) => key));
  await readBack(context, kv, { manifest, fresh: written.fresh, kept: keptKeys });
  const bytes = new TextEncoder().encode(JSON.stringify(manifest));
  const key = manifestKey(snapshotId);
  await kv.putMany([{ key, value: bytes }]);
  const stored = await kv.get(key);
  if (stored === null || contentHash(stored) !== contentHash(bytes)) throw manifestLost();
  return {
    manifest,
    catalogue,
    counts: {
      parts: written.refs.length,
      kv_writes: written.fresh.length + 1,
      kv_bytes: written.fresh.reduce((sum, ref) => sum + ref.bytes, bytes.byteLength),
    },
  };
}

function manifestOf(
  snapshot: PublishableSnapshot,
  { refs }: WrittenParts,
  sources: readonly string[],
): Manifest {
  const of = (name: string): PartRef[] => refs.filter((part) => part.of === name).map(({ ref }) => ref);
  return Manifest.parse({
    format: FORMAT_VERSION,
    snapshot_id: snapshot.snapshot_id,
    run_id: snapshot.run_id,
    generated_at: snapshot.created_at.toISOString(),
    data_until: snapshot.data_until?.toISOString() ?? null,
    engine: snapshot.engine,
    score_kind: snapshot.engine === 'embedded' ? 'probability' : 'relative',
    layout: snapshot.layout,
    counts: snapshot.counts,
    tables: Object.fromEntries(
      TABLES.map((table) => [table, of(table)] as const).filter(
        ([name, parts]) => parts.length > 0 || name !== 'shelves',
      ),
    ),
    documents: Object.fromEntries(DOCUMENTS.map((document) => [document, of(document)[0]])),
    id_sources: sources,
  });
}

function manifestLost(): BatchError {
  return new BatchError({
    code: 'kv_incomplete',
    message: 'KV does not give back the manifest that was written',
    remedy: 'readers stay on the former snapshot; run batch run again in some minutes, it goes on from here',
  });
}

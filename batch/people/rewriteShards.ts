import type { Key64 } from '../../shared/snapshot/key64.ts';
import {
  type Manifest,
  manifestKey,
  type PartRef,
  partFor,
  partsOf,
} from '../../shared/snapshot/manifest.ts';
import { encodeRecordTable, findRecord, openRecordTable } from '../../shared/snapshot/recordTable.ts';
import { inTransaction } from '../db/pool.ts';
import { readKeptSnapshots } from '../publish/keptSnapshots.ts';
import type { KvStore } from '../publish/kvStore.ts';
import { makePart, type Part } from '../publish/part.ts';
import { kvOf, type PublishContext } from '../publish/publishContext.ts';

/** Tables whose keys stand for customers: their records, and what other systems call them. */
const TABLES_OF_PEOPLE = ['users', 'customer_alias'] as const;

interface Rewritten {
  /** Snapshots whose manifest names other parts now. */
  readonly snapshots: number;
  readonly parts_rewritten: number;
  readonly parts_deleted: number;
}

/**
 * Takes the records under some keys out of every kept snapshot in KV: the shards that hold them are written again,
 * under the keys of their new content, then the manifests, then the old shards are deleted. Readers see each
 * snapshot whole throughout. Repeating it finds nothing left to do. Call it with the lease held.
 */
export async function rewriteShards(context: PublishContext, keys: readonly Key64[]): Promise<Rewritten> {
  const kv = kvOf(context);
  const kept = await inTransaction(context.pool, readKeptSnapshots);
  const replaced = new Map<string, Part | null>();
  const manifests: Manifest[] = [];
  let snapshots = 0;
  for (const manifest of kept?.manifests ?? []) {
    const renewed = await withoutKeys(kv, manifest, { keys, replaced });
    manifests.push(renewed);
    if (renewed === manifest) continue;
    snapshots++;
    await inTransaction(context.pool, async (client) => {
      await context.lease.assertHeld(client);
      await kv.putMany([
        { key: manifestKey(manifest.snapshot_id), value: new TextEncoder().encode(JSON.stringify(renewed)) },
      ]);
      await client.query('UPDATE snapshots SET manifest = $2 WHERE snapshot_id = $1', [
        manifest.snapshot_id,
        JSON.stringify(renewed),
      ]);
    });
  }
  const needed = new Set(manifests.flatMap(partsOf).map(({ key }) => key));
  const old = [...replaced].filter(([key, part]) => part !== null && !needed.has(key)).map(([key]) => key);
  await kv.deleteMany(old);
  return { snapshots, parts_rewritten: old.length, parts_deleted: old.length };
}

interface Leaving {
  readonly keys: readonly Key64[];
  /** What became of each part looked at so far: snapshots share parts. Null: it holds none of the keys. */
  readonly replaced: Map<string, Part | null>;
}

/** The manifest itself when none of the keys is in its snapshot. */
async function withoutKeys(kv: KvStore, manifest: Manifest, { keys, replaced }: Leaving): Promise<Manifest> {
  const tables = { ...manifest.tables };
  for (const table of TABLES_OF_PEOPLE) {
    const parts = manifest.tables[table];
    if (parts === undefined) continue;
    for (const ref of new Set(keys.map((key) => partFor(parts, key)))) {
      if (ref === null || replaced.has(ref.key)) continue;
      const part = await rewritten(kv, { table, ref, keys });
      if (part !== null) await kv.putMany([{ key: part.ref.key, value: part.bytes }]);
      replaced.set(ref.key, part);
    }
    tables[table] = parts.map((ref) => replaced.get(ref.key)?.ref ?? ref);
  }
  const changed = TABLES_OF_PEOPLE.some((table) =>
    tables[table]?.some(({ key }, at) => key !== manifest.tables[table]?.[at]?.key),
  );
  return changed ? { ...manifest, tables } : manifest;
}

interface Rewriting {
  readonly table: (typeof TABLES_OF_PEOPLE)[number];
  readonly ref: PartRef;
  readonly keys: readonly Key64[];
}

/** The part without the keys; null when it holds none of them, or is not in KV at all. */
async function rewritten(kv: KvStore, { table, ref, keys }: Rewriting): Promise<Part | null> {
  const bytes = await kv.get(ref.key);
  if (bytes === null) return null;
  const held = openRecordTable(bytes);
  if (!keys.some((key) => findRecord(held, key) !== null)) return null;
  const leaving = new Set(keys.map(({ high, low }) => `${high}/${low}`));
  const stayKeys: Key64[] = [];
  const stay: Uint8Array[] = [];
  for (let at = 0; at < held.count; at++) {
    const key = { high: held.highs[at] as number, low: held.lows[at] as number };
    if (leaving.has(`${key.high}/${key.low}`)) continue;
    stayKeys.push(key);
    stay.push(held.records.subarray(at * held.recordBytes, (at + 1) * held.recordBytes));
  }
  return makePart(table, encodeRecordTable(stayKeys, stay, held.recordBytes), ref.from);
}

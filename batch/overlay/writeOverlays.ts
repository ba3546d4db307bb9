import type { ClientBase } from 'pg';
import { z } from 'zod';
import { createCustomerKeyer } from '../../shared/identity/customerKey.ts';
import { AVAILABILITY_KEY, encodeAvailability } from '../../shared/overlay/availability.ts';
import { encodeRecent, RECENT_KEY } from '../../shared/overlay/recent.ts';
import { inTransaction } from '../db/pool.ts';
import type { KvPair, KvStore } from '../publish/kvStore.ts';
import { kvOf, type PublishContext } from '../publish/publishContext.ts';
import { purgeCaches } from '../publish/purgeCaches.ts';
import { availabilityChanges } from './availabilityChanges.ts';
import { decodeCatalogueState, readCatalogueState } from './catalogueState.ts';
import { holdOverlays, type OverlayContent, overlayHash, recordOverlay } from './overlayRecord.ts';
import { readRecentCustomers } from './recentCustomers.ts';

/** What writing the overlays may touch. */
export type OverlayContext = Pick<PublishContext, 'pool' | 'config' | 'log' | 'sleep' | 'signal'>;

interface WrittenOverlay {
  readonly entries: number;
  /** Entries that did not fit; they wait for the next publish. */
  readonly leftOut: number;
  /** False: KV has it already. */
  readonly written: boolean;
}
export interface Overlays {
  readonly availability: WrittenOverlay;
  readonly recent: WrittenOverlay;
}

/**
 * Tells readers what has changed since the live snapshot, in two small KV documents: products sold out, back or
 * at another price, and customers with orders it lacks. What is as KV has it is not written. Postgres is the truth; its
 * rows are held while KV is written, so there is one writer at a time. A process that dies in between leaves a document
 * that the next call writes again.
 * @param suspicious look whether KV still has them
 * @param purge make shared caches forget answers that the availability has outdated
 * @returns null before the first publish
 * @throws BatchError kv_refused, kv_unreachable
 */
export async function writeOverlays(
  context: OverlayContext,
  { suspicious = false, purge = true }: { readonly suspicious?: boolean; readonly purge?: boolean } = {},
): Promise<Overlays | null> {
  const written = await inTransaction(context.pool, (client) => write(context, client, suspicious));
  if (written === null) return null;
  for (const [name, { leftOut }] of Object.entries(written)) {
    if (leftOut > 0)
      context.log.warn(
        `${leftOut} entries of sync/${name} did not fit: they are told with the next snapshot (batch run)`,
      );
  }
  if (purge && written.availability.written) await purgeCaches(context);
  return written;
}

async function write(
  context: OverlayContext,
  client: ClientBase,
  suspicious: boolean,
): Promise<Overlays | null> {
  const records = await holdOverlays(client);
  const live = await readLive(client);
  if (live === null) return null;
  const kv = kvOf(context);
  const pairs: KvPair[] = [];
  const documents = [
    await availabilityDocument(client, live),
    await recentDocument(context, client, live),
  ] as const;
  const states: WrittenOverlay[] = [];
  for (const { name, key, content, encode } of documents) {
    const record = records.get(name);
    const isKept = await isAsWritten(kv, { key, content, last: record?.content_hash ?? null, suspicious });
    states.push({ entries: content.entries, leftOut: content.leftOut, written: !isKept });
    if (isKept) continue;
    await recordOverlay(client, name, content);
    pairs.push({ key, value: encode((record?.version ?? 0) + 1) });
  }
  if (pairs.length > 0) await kv.putMany(pairs);
  const [availability, recent] = states;
  if (availability === undefined || recent === undefined) throw new Error('there are two overlays');
  return { availability, recent };
}

interface Comparison {
  readonly key: string;
  readonly content: OverlayContent;
  /** Hash of what was written last; null: nothing ever was, by this database. */
  readonly last: Uint8Array | null;
  readonly suspicious: boolean;
}

/** Whether KV says what the content does. No document says as much as an empty one. */
async function isAsWritten(kv: KvStore, { key, content, last, suspicious }: Comparison): Promise<boolean> {
  if (last !== null && !overlayHash(content).equals(last)) return false;
  if (last === null && content.entries > 0) return false;
  if (last !== null && !suspicious) return true;
  const isThere = (await kv.get(key)) !== null;
  return last === null ? !isThere : isThere || content.entries === 0;
}

const Live = z.object({
  created_at: z.date(),
  data_until: z.date().nullable(),
  last_order_number: z.int().nullable(),
  catalogue: z.instanceof(Uint8Array).nullable(),
  now: z.date(),
});
type Live = z.infer<typeof Live>;

async function readLive(client: ClientBase): Promise<Live | null> {
  const { rows } = await client.query(
    `SELECT s.created_at, s.data_until, s.last_order_number, s.catalogue, now()
     FROM live_pointer l JOIN snapshots s ON s.snapshot_id = l.live_snapshot_id`,
  );
  return rows.length === 0 ? null : Live.parse(rows[0]);
}

/** A document, and how it is written under a version. */
interface OverlayDocument {
  readonly name: 'availability' | 'recent';
  readonly key: string;
  readonly content: OverlayContent;
  readonly encode: (version: number) => Uint8Array;
}

async function availabilityDocument(client: ClientBase, live: Live): Promise<OverlayDocument> {
  const now = await readCatalogueState(client);
  // A snapshot published before this was noted: what it says is taken for what is true.
  const then = live.catalogue === null ? now : decodeCatalogueState(live.catalogue);
  const { kept, leftOut } = availabilityChanges(then, now);
  const encode = (version: number) =>
    encodeAvailability({ format: 1, version, as_of: live.now.toISOString(), changes: [...kept] });
  const bytes = new TextEncoder().encode(JSON.stringify(kept));
  return {
    name: 'availability',
    key: AVAILABILITY_KEY,
    content: { bytes, entries: kept.length, leftOut },
    encode,
  };
}

async function recentDocument(
  { config }: OverlayContext,
  client: ClientBase,
  live: Live,
): Promise<OverlayDocument> {
  const keyOf = createCustomerKeyer(config.identity.idHashKey);
  const known = {
    lastOrder: live.last_order_number,
    dataUntil: live.data_until,
    createdAt: live.created_at,
  };
  const { kept, leftOut } = await readRecentCustomers(client, known, { keyOf });
  const encode = (version: number) => encodeRecent({ version, asOf: live.now.getTime() }, kept);
  const bytes = encodeRecent({ version: 0, asOf: 0 }, kept);
  return { name: 'recent', key: RECENT_KEY, content: { bytes, entries: kept.length, leftOut }, encode };
}

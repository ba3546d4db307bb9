import { setTimeout as wait } from 'node:timers/promises';
import { checkTablePart } from '../../shared/snapshot/checkTablePart.ts';
import { openPart } from '../../shared/snapshot/frame.ts';
import { Manifest, manifestKey, POINTER_KEY, Pointer, TABLES } from '../../shared/snapshot/manifest.ts';

export interface Reader {
  /** Whole snapshots read so far. */
  looks(): number;
  /** Snapshots seen live, in order. */
  readonly snapshots: readonly number[];
  /** Ends reading. Throws what was wrong with any look. */
  stop(): Promise<void>;
}

const PAUSE_MS = 100;

/**
 * Reads as the Worker does, all the time: pointer, then its manifest, then every part, each a request of its
 * own, with time for a batch to change something in between. A snapshot must be whole each time, the same
 * each time, and the pointer never goes back.
 */
export function startReader(baseUrl: string, token: string): Reader {
  const snapshots: number[] = [];
  const manifests = new Map<number, string>();
  let looks = 0;
  let generation = 0;
  let stopped = false;

  async function get(key: string): Promise<Uint8Array | null> {
    const headers = { authorization: `Bearer ${token}` };
    const answer = await fetch(`${baseUrl}/values/${encodeURIComponent(key)}`, { headers });
    if (answer.status === 404) return null;
    if (!answer.ok) throw new Error(`KV answered a reader ${answer.status}`);
    return new Uint8Array(await answer.arrayBuffer());
  }
  async function need(key: string): Promise<Uint8Array> {
    const value = await get(key);
    if (value === null) throw new Error(`a reader misses ${key}`);
    return value;
  }

  async function look(): Promise<void> {
    const stored = await get(POINTER_KEY);
    if (stored === null) return;
    const pointer = Pointer.parse(json(stored));
    if (pointer.generation < generation)
      throw new Error(`generation ${pointer.generation} after ${generation}`);
    generation = pointer.generation;
    const text = new TextDecoder().decode(await need(manifestKey(pointer.live)));
    const before = manifests.get(pointer.live);
    if (before !== undefined && before !== text)
      throw new Error(`snapshot ${pointer.live} changed while live`);
    manifests.set(pointer.live, text);
    const manifest = Manifest.parse(JSON.parse(text));
    if (manifest.snapshot_id !== pointer.live) throw new Error('the manifest is another snapshot’s');
    for (const table of TABLES) {
      for (const { key, bytes } of manifest.tables[table] ?? []) {
        const part = await need(key);
        if (part.byteLength !== bytes) throw new Error(`${key} has ${part.byteLength} bytes, not ${bytes}`);
        checkTablePart(table, part);
      }
    }
    for (const ref of Object.values(manifest.documents)) {
      if (ref !== undefined) json(openPart('document', await need(ref.key)));
    }
    if (snapshots.at(-1) !== pointer.live) snapshots.push(pointer.live);
    looks++;
  }

  async function read(): Promise<void> {
    while (!stopped) {
      await look();
      await wait(PAUSE_MS);
    }
  }
  const reading = read();
  // Awaited by stop(); until then a failure must not count as unhandled.
  reading.catch(() => undefined);
  return {
    looks: () => looks,
    snapshots,
    stop: async () => {
      stopped = true;
      await reading;
    },
  };
}

function json(bytes: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(bytes));
}

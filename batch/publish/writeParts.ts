import type { PartRef } from '../../shared/snapshot/manifest.ts';
import type { KvPair, KvStore } from './kvStore.ts';
import type { Part } from './part.ts';

/** A call carries at most so much: what fails is sent again whole. */
const CALL_PAIRS = 100;
const CALL_BYTES = 6_000_000;
const CALLS_AT_ONCE = 3;

export interface WrittenParts {
  /** References of all parts, new or not, in the order they came. */
  readonly refs: readonly { readonly of: Part['of']; readonly ref: PartRef }[];
  /** Those that KV did not hold before. */
  readonly fresh: readonly PartRef[];
}

interface PartWriting {
  /** Whether KV has the part already. */
  readonly holds: (key: string) => boolean | Promise<boolean>;
  readonly onWritten: (parts: number) => void;
}

/** Writes the parts that KV does not hold yet, several calls at once, a few parts in memory. */
export async function writeParts(
  kv: KvStore,
  parts: AsyncIterable<Part>,
  { holds, onWritten }: PartWriting,
): Promise<WrittenParts> {
  const refs: { of: Part['of']; ref: PartRef }[] = [];
  const fresh: PartRef[] = [];
  const seen = new Set<string>();
  const running = new Set<Promise<void>>();
  let pairs: KvPair[] = [];
  let bytes = 0;
  let written = 0;

  async function send(): Promise<void> {
    if (pairs.length === 0) return;
    const batch = pairs;
    pairs = [];
    bytes = 0;
    const call = kv.putMany(batch).then(() => {
      written += batch.length;
      onWritten(written);
      running.delete(call);
    });
    // Awaited below; a failure meanwhile must not count as unhandled.
    call.catch(() => undefined);
    running.add(call);
    if (running.size >= CALLS_AT_ONCE) await Promise.race(running);
  }

  for await (const part of parts) {
    refs.push({ of: part.of, ref: part.ref });
    if (seen.has(part.ref.key)) continue;
    seen.add(part.ref.key);
    if (await holds(part.ref.key)) continue;
    fresh.push(part.ref);
    if (bytes + part.bytes.byteLength > CALL_BYTES) await send();
    pairs.push({ key: part.ref.key, value: part.bytes });
    bytes += part.bytes.byteLength;
    if (pairs.length === CALL_PAIRS) await send();
  }
  await send();
  await Promise.all(running);
  return { refs, fresh };
}

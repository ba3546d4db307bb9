/** Values by key, bounded by bytes; what was not used for long goes first. */
export interface RecentlyUsed<T> {
  get(key: string): T | null;
  /** Keeps the value; one that is larger than all there may be is not kept. */
  set(key: string, value: T, bytes: number): void;
  delete(key: string): void;
  size(): { readonly count: number; readonly bytes: number };
}

interface Held<T> {
  readonly value: T;
  readonly bytes: number;
  /** Since it was put in, or was last spared. */
  used: boolean;
}

/**
 * The second-chance algorithm (Corbató 1969): a value that is due to go and was used since is spared once. Nearly as
 * good as the order of use, and finding a value, which every request does some ten times, moves nothing.
 */
export function createRecentlyUsed<T>(limitBytes: number): RecentlyUsed<T> {
  // A Map keeps insertion order: the first key is the one that has been here longest.
  const all = new Map<string, Held<T>>();
  let bytes = 0;

  function drop(key: string): void {
    bytes -= all.get(key)?.bytes ?? 0;
    all.delete(key);
  }

  function makeRoom(size: number): void {
    for (const [key, held] of all) {
      if (bytes + size <= limitBytes) return;
      all.delete(key);
      if (held.used) {
        // Behind all others, where this loop comes to it again if it has to.
        held.used = false;
        all.set(key, held);
      } else bytes -= held.bytes;
    }
  }

  return {
    get(key) {
      const held = all.get(key);
      if (held === undefined) return null;
      held.used = true;
      return held.value;
    },
    set(key, value, size) {
      drop(key);
      if (size > limitBytes) return;
      makeRoom(size);
      all.set(key, { value, bytes: size, used: false });
      bytes += size;
    },
    delete: drop,
    size: () => ({ count: all.size, bytes }),
  };
}

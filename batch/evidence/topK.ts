/** Keeps the best k of what is offered, by weight, ties by the smaller item number. */
interface TopK {
  offer(item: number, weight: number): void;
  /** Writes the kept items, best first, into `target` from `at`; empties the selection; returns how many. */
  drain(target: Uint32Array, at: number): number;
}

/**
 * A binary heap of the k best with the worst at its root, in two parallel arrays.
 * O(log k) an offer that is kept, O(1) one that is not; no allocation after creation.
 */
export function createTopK(k: number): TopK {
  const items = new Uint32Array(k);
  const weights = new Float64Array(k);
  let size = 0;

  /** True when entry a is worse than (item, weight). */
  function worse(a: number, item: number, weight: number): boolean {
    const mine = weights[a] as number;
    return mine < weight || (mine === weight && (items[a] as number) > item);
  }

  function siftDown(item: number, weight: number, end: number): void {
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= end) break;
      if (child + 1 < end && worse(child + 1, items[child] as number, weights[child] as number)) child++;
      if (!worse(child, item, weight)) break;
      items[at] = items[child] as number;
      weights[at] = weights[child] as number;
      at = child;
    }
    items[at] = item;
    weights[at] = weight;
  }

  function siftUp(item: number, weight: number): void {
    let at = size++;
    while (at > 0) {
      const parent = (at - 1) >>> 1;
      if (worse(parent, item, weight)) break;
      items[at] = items[parent] as number;
      weights[at] = weights[parent] as number;
      at = parent;
    }
    items[at] = item;
    weights[at] = weight;
  }

  return {
    offer(item, weight) {
      if (size < k) siftUp(item, weight);
      else if (k > 0 && worse(0, item, weight)) siftDown(item, weight, size);
    },
    drain(target, at) {
      const kept = size;
      while (size > 0) {
        target[at + size - 1] = items[0] as number;
        size--;
        if (size > 0) siftDown(items[size] as number, weights[size] as number, size);
      }
      return kept;
    },
  };
}

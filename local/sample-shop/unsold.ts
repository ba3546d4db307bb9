import type { Random } from './random.ts';

/** Merchandise that has not been sold yet, so that in the end everything has been sold at least once. */
export interface Unsold {
  count(): number;
  draw(random: Random): number;
  sold(product: number): void;
}

export function trackUnsold(merchandise: number): Unsold {
  const list = Uint32Array.from({ length: merchandise }, (_, i) => i);
  const place = Int32Array.from(list);
  let left = merchandise;
  return {
    count: () => left,
    draw: (random) => list[random.below(left)] as number,
    sold: (product) => {
      const at = place[product] as number;
      if (at < 0) return;
      left -= 1;
      const last = list[left] as number;
      list[at] = last;
      place[last] = at;
      place[product] = -1;
    },
  };
}

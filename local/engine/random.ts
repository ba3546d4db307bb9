/**
 * Seeded random numbers in [0, 1): mulberry32, 32 bits of state.
 * The same seed gives the same sequence on every machine.
 */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** `count` distinct elements of `from`, order random; all of them when there are fewer. */
export function sampleWithoutReplacement(from: Int32Array, count: number, random: () => number): Int32Array {
  const pool = from.slice();
  const size = Math.min(count, pool.length);
  for (let place = 0; place < size; place += 1) {
    const other = place + Math.floor(random() * (pool.length - place));
    const taken = pool[other] as number;
    pool[other] = pool[place] as number;
    pool[place] = taken;
  }
  return pool.subarray(0, size);
}

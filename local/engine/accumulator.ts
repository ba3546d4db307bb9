/** Scratch of one thread: a sum per item and the list of items that have one. */
export interface Accumulator {
  readonly sums: Float64Array;
  readonly touched: Int32Array;
  size: number;
}

export function createAccumulator(itemCount: number): Accumulator {
  return { sums: new Float64Array(itemCount), touched: new Int32Array(itemCount), size: 0 };
}

export function clearAccumulator(accumulator: Accumulator): void {
  for (let place = 0; place < accumulator.size; place += 1) {
    accumulator.sums[accumulator.touched[place] as number] = 0;
  }
  accumulator.size = 0;
}

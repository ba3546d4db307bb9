const STEPS = 256;
const LOWEST = -12;
const VALUES: Float32Array = Float32Array.from({ length: -LOWEST * STEPS + 1 }, (_, step) =>
  Math.exp(-step / STEPS),
);

/** exp(x) for x ≤ 0 by table, within 0.2 %; 0 below -12. Sums of many are far closer. A tenth of Math.exp's time. */
export function exponential(x: number): number {
  return x < LOWEST ? 0 : (VALUES[(0.5 - x * STEPS) | 0] as number);
}

import { parentPort, workerData } from 'node:worker_threads';
import type { LimitSizes, Limits } from './limits.ts';

const LEAST_MS = 400;

/** Calls `work` until LEAST_MS have passed, once before to warm up; operations per second. */
function rateOf(operations: number, work: () => void): number {
  work();
  const from = performance.now();
  let rounds = 0;
  while (performance.now() - from < LEAST_MS) {
    work();
    rounds += 1;
  }
  return (operations * rounds * 1000) / (performance.now() - from);
}

/** Four sums from four loads, as the ridge's inner loop does. */
function multiplyAdds(): number {
  const left = new Float64Array(512).fill(0.5);
  const right = new Float64Array(512).fill(0.25);
  const out = new Float64Array(4);
  return rateOf(512 * 2 * 1000, () => {
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let round = 0; round < 1000; round += 1) {
      for (let at = 0; at < 512; at += 2) {
        const p = left[at] as number;
        const q = left[at + 1] as number;
        const r = right[at] as number;
        const s = right[at + 1] as number;
        a += p * r;
        b += p * s;
        c += q * r;
        d += q * s;
      }
    }
    out.set([a, b, c, d]);
  });
}

function additionsTo(size: number): number {
  const sums = new Float64Array(size);
  const places = Int32Array.from({ length: 1 << 16 }, (_, at) => Math.imul(at, 2_654_435_761) >>> 0).map(
    (place) => (place >>> 0) % size,
  );
  return rateOf(places.length, () => {
    for (let at = 0; at < places.length; at += 1) {
      const place = places[at] as number;
      sums[place] = (sums[place] as number) + 1;
    }
  });
}

function readBytes(): number {
  const numbers = new Float64Array(8_000_000).fill(1);
  const out = new Float64Array(1);
  return rateOf(numbers.byteLength, () => {
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let at = 0; at < numbers.length; at += 4) {
      a += numbers[at] as number;
      b += numbers[at + 1] as number;
      c += numbers[at + 2] as number;
      d += numbers[at + 3] as number;
    }
    out[0] = a + b + c + d;
  });
}

const sizes: LimitSizes = workerData;
parentPort?.postMessage({
  multiplyAdds: multiplyAdds(),
  itemAdditions: additionsTo(sizes.items),
  readBytes: readBytes(),
} satisfies Limits);

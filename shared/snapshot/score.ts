/** Decades of probability a score byte spans: 10^-6 … 1, in steps of 5.6 %. */
const DECADES = 6;
const STEPS = 254;

/** One byte for a score in (0, 1]; 0 stands for none. */
export function encodeScore(score: number | null): number {
  if (score === null || !(score > 0)) return 0;
  const byte = Math.round(255 + (STEPS / DECADES) * Math.log10(Math.min(1, score)));
  return Math.max(1, byte);
}

/** The score a byte stands for, rounded to three significant digits, or null. */
export function decodeScore(byte: number): number | null {
  return DECODED[byte] ?? null;
}

const DECODED: readonly (number | null)[] = Array.from({ length: 256 }, (_, byte) =>
  byte === 0 ? null : Number((10 ** ((-DECADES * (255 - byte)) / STEPS)).toPrecision(3)),
);

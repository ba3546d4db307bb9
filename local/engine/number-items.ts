/**
 * A number for every code, by falling count and then by code: position = code. Whoever reads purchases numbers the
 * items this way, since all kernels look most items up by their number: what is bought often then lies side by side
 * and stays in the nearest cache (with 41,820 items lists take a fifth to a third less time than in the shop's order).
 */
export function numberByCount(codes: Int32Array, size: number): Int32Array {
  const counts = new Int32Array(size);
  for (let row = 0; row < codes.length; row += 1) {
    const code = codes[row] as number;
    counts[code] = (counts[code] as number) + 1;
  }
  const order = Int32Array.from({ length: size }, (_, code) => code).sort(
    (left, right) => (counts[right] as number) - (counts[left] as number) || left - right,
  );
  const numbers = new Int32Array(size);
  for (let number = 0; number < size; number += 1) numbers[order[number] as number] = number;
  return numbers;
}

/** The values at their codes' numbers. */
export function renumbered<T>(values: readonly T[], numbers: Int32Array): T[] {
  const moved = new Array<T>(values.length);
  for (let code = 0; code < values.length; code += 1) moved[numbers[code] as number] = values[code] as T;
  return moved;
}

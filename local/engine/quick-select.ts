/**
 * The value at `rank` (0 = smallest) of the first `size` values, as if they were sorted; they are put in another order.
 * Hoare's selection around the middle of three: O(size) on average.
 */
export function selectRank(values: Float32Array, size: number, rank: number): number {
  let from = 0;
  let to = size - 1;
  while (from < to) {
    const pivot = middleOf(values[from] as number, values[(from + to) >> 1] as number, values[to] as number);
    let left = from;
    let right = to;
    while (left <= right) {
      while ((values[left] as number) < pivot) left += 1;
      while ((values[right] as number) > pivot) right -= 1;
      if (left > right) break;
      const moved = values[left] as number;
      values[left] = values[right] as number;
      values[right] = moved;
      left += 1;
      right -= 1;
    }
    // What lies between the two equals the pivot.
    if (rank <= right) to = right;
    else if (rank >= left) from = left;
    else break;
  }
  return values[rank] as number;
}

function middleOf(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}

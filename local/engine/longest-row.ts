/** Entries of the longest row in compressed sparse rows: row r owns start[r] … start[r + 1] - 1. */
export function longestRow(start: Int32Array): number {
  let longest = 0;
  for (let row = 0; row + 1 < start.length; row += 1) {
    longest = Math.max(longest, (start[row + 1] as number) - (start[row] as number));
  }
  return longest;
}

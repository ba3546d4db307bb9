/** Many ranked lists in one: list g is starts[g] … starts[g + 1] - 1, best first. */
export interface RankedLists {
  readonly starts: Uint32Array;
  readonly items: Uint32Array;
  /** Orders of the entry within the list's own scope. */
  readonly counts: Uint32Array;
  /** What the list is ranked by. */
  readonly weights: Float32Array;
}

const FEWEST_PURCHASES = 50;

export interface Reliability {
  readonly name: string;
  /** By rising score. */
  readonly deciles: readonly { readonly expected: number; readonly observed: number }[];
}

/** Observed against expected purchases by decile of the score, over all lists: 1 = the chances are true. */
export function reliability(
  name: string,
  lists: ReadonlyMap<number, { readonly ids: Int32Array; readonly scores: Float32Array }>,
  truth: ReadonlyMap<number, ReadonlySet<number>>,
): Reliability {
  const pairs: [number, number][] = [];
  for (const [user, { ids, scores }] of lists) {
    const wanted = truth.get(user);
    ids.forEach((id, place) => {
      pairs.push([scores[place] as number, wanted?.has(id) === true ? 1 : 0]);
    });
  }
  pairs.sort((left, right) => left[0] - right[0]);
  const deciles = Array.from({ length: 10 }, (_, decile) => {
    const from = Math.floor((decile * pairs.length) / 10);
    const slice = pairs.slice(from, Math.floor(((decile + 1) * pairs.length) / 10));
    const expected = slice.reduce((sum, [score]) => sum + score, 0);
    const observed = slice.reduce((sum, [, bought]) => sum + bought, 0);
    return { expected, observed };
  });
  return { name, deciles };
}

/** null where too few purchases say anything. */
export function ratioOf(decile: { readonly expected: number; readonly observed: number }): number | null {
  return decile.observed < FEWEST_PURCHASES ? null : decile.observed / decile.expected;
}

const FEWEST_PURCHASES = 50;

/**
 * Observed over expected purchases by decile of the score, over all lists: 1 = the chances are true.
 * Deciles with fewer than 50 purchases say nothing and are left out.
 */
export function reliability(
  lists: ReadonlyMap<number, { readonly ids: Int32Array; readonly scores: Float32Array }>,
  truth: ReadonlyMap<number, ReadonlySet<number>>,
): string[] {
  const pairs: [number, number][] = [];
  for (const [user, { ids, scores }] of lists) {
    const wanted = truth.get(user);
    ids.forEach((id, place) => {
      pairs.push([scores[place] as number, wanted?.has(id) === true ? 1 : 0]);
    });
  }
  pairs.sort((left, right) => left[0] - right[0]);
  const ratios: string[] = [];
  for (let decile = 0; decile < 10; decile += 1) {
    const slice = pairs.slice(
      Math.floor((decile * pairs.length) / 10),
      Math.floor(((decile + 1) * pairs.length) / 10),
    );
    const expected = slice.reduce((sum, [score]) => sum + score, 0);
    const observed = slice.reduce((sum, [, bought]) => sum + bought, 0);
    if (observed >= FEWEST_PURCHASES) ratios.push((observed / expected).toFixed(2));
    else ratios.push(`(${observed} of ${expected.toFixed(0)})`);
  }
  return [`observed / expected by score decile: ${ratios.join(' ')}`];
}

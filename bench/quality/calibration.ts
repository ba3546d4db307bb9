import { createRandom } from '../../local/engine/random.ts';

const FEWEST_PURCHASES = 50;
const RESAMPLES = 1_000;

export interface Decile {
  readonly expected: number;
  readonly observed: number;
  /** 95 % of observed / expected when customers are drawn again: one who comes back buys many things at once. */
  readonly interval: readonly [number, number];
}

export interface Reliability {
  readonly name: string;
  /** By rising score. */
  readonly deciles: readonly Decile[];
}

type Pair = readonly [score: number, bought: 0 | 1, user: number];

/** Observed against expected purchases by decile of the score, over all lists: 1 = the chances are true. */
export function reliability(
  name: string,
  lists: ReadonlyMap<number, { readonly ids: Int32Array; readonly scores: Float32Array }>,
  truth: ReadonlyMap<number, ReadonlySet<number>>,
): Reliability {
  const pairs: Pair[] = [];
  for (const [user, { ids, scores }] of lists) {
    const wanted = truth.get(user);
    ids.forEach((id, place) => {
      pairs.push([scores[place] as number, wanted?.has(id) === true ? 1 : 0, user]);
    });
  }
  pairs.sort((left, right) => left[0] - right[0]);
  const deciles = Array.from({ length: 10 }, (_, decile) => {
    const from = Math.floor((decile * pairs.length) / 10);
    return decileOf(pairs.slice(from, Math.floor(((decile + 1) * pairs.length) / 10)));
  });
  return { name, deciles };
}

function decileOf(pairs: readonly Pair[]): Decile {
  const byUser = new Map<number, { expected: number; observed: number }>();
  for (const [score, bought, user] of pairs) {
    const sums = byUser.get(user) ?? { expected: 0, observed: 0 };
    sums.expected += score;
    sums.observed += bought;
    byUser.set(user, sums);
  }
  const users = [...byUser.values()];
  const total = (of: 'expected' | 'observed') => users.reduce((sum, one) => sum + one[of], 0);
  return { expected: total('expected'), observed: total('observed'), interval: intervalOf(users) };
}

function intervalOf(
  users: readonly { readonly expected: number; readonly observed: number }[],
): [number, number] {
  const random = createRandom(1);
  const ratios = Float64Array.from({ length: RESAMPLES }, () => {
    let expected = 0;
    let observed = 0;
    for (let draw = 0; draw < users.length; draw += 1) {
      const user = users[Math.floor(random() * users.length)];
      expected += user?.expected ?? 0;
      observed += user?.observed ?? 0;
    }
    return observed / expected;
  }).sort();
  return [ratios[Math.floor(0.025 * RESAMPLES)] ?? 0, ratios[Math.floor(0.975 * RESAMPLES)] ?? 0];
}

/** null where too few purchases say anything. */
export function ratioOf(decile: Pick<Decile, 'expected' | 'observed'>): number | null {
  return decile.observed < FEWEST_PURCHASES ? null : decile.observed / decile.expected;
}

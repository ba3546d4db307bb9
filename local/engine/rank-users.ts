import { orderByPlace, type Scorer } from './lists.ts';
import type { Pool } from './parallel/pool.ts';
import { sharedFloat32, sharedInt32, sharedUint8 } from './shared-arrays.ts';

/** Lists of users of past moments, nothing masked: users × k ids (-1 = no more) and scores, in memory. */
export async function rankUsers(
  scorer: Scorer,
  of: { readonly users: Int32Array; readonly k: number; readonly pool: Pool },
): Promise<{ ids: Int32Array; scores: Float32Array }> {
  const { users, k, pool } = of;
  const ids = sharedInt32(users.length * k);
  const scores = sharedFloat32(users.length * k);
  const known = sharedUint8(users.length);
  const order = orderByPlace(scorer.signals, users);
  const input = { scorer, users, order, k, mask: null, excludePurchased: false, ids, scores, known };
  await pool.run('lists', input, { count: users.length, chunk: 32 });
  return { ids, scores };
}

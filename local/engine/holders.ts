import { type Evidence, strengthOf, userScale } from './evidence.ts';
import { timed } from './phases.ts';
import { sharedFloat32, sharedInt32 } from './shared-arrays.ts';

/** The evidence grouped by item: item i is held by users user[start[i]] … user[start[i + 1] - 1], ascending. */
export interface Holders {
  readonly start: Int32Array;
  readonly user: Int32Array;
  /** What each holding counts for in the walk: scale[u] · strength[u, i]; null when no walk is asked for. */
  readonly walked: Float32Array | null;
}

/** `walkExponent`: see `userScale`; null: no walk is asked for. O(entries). */
export function holdersOf(evidence: Evidence, walkExponent: number | null): Holders {
  return timed('holders', () => groupByItem(evidence, walkExponent));
}

function groupByItem(evidence: Evidence, walkExponent: number | null): Holders {
  const { history, step } = evidence;
  const { itemCount, userCount, item, start } = history;
  const begin = countHolders(evidence);
  const total = begin[itemCount] as number;
  const user = sharedInt32(total);
  const walked = walkExponent === null ? null : sharedFloat32(total);
  const scaleOf = userScale(walkExponent ?? 0);
  const next = begin.slice(0, itemCount);
  for (let who = 0; who < userCount; who += step) {
    const to = start[who + 1] as number;
    const scale = scaleOf(to - (start[who] as number));
    for (let entry = start[who] as number; entry < to; entry += 1) {
      const which = item[entry] as number;
      const place = next[which] as number;
      next[which] = place + 1;
      user[place] = who;
      if (walked !== null) walked[place] = scale * strengthOf(history, entry, who);
    }
  }
  return { start: begin, user, walked };
}

/** Where each item's holders begin. */
function countHolders({ history, step }: Evidence): Int32Array {
  const { itemCount, userCount, item, start } = history;
  const begin = sharedInt32(itemCount + 1);
  for (let user = 0; user < userCount; user += step) {
    for (let entry = start[user] as number; entry < (start[user + 1] as number); entry += 1) {
      const after = (item[entry] as number) + 1;
      begin[after] = (begin[after] as number) + 1;
    }
  }
  for (let which = 0; which < itemCount; which += 1) {
    begin[which + 1] = (begin[which + 1] as number) + (begin[which] as number);
  }
  return begin;
}

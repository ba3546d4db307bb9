import type { Truth } from './examples.ts';
import type { Interactions } from './interactions.ts';
import { sharedInt32 } from './shared-arrays.ts';

/** The different items each user purchased in the rows with part 1, for users with any, by user index. */
export function truthOf(interactions: Interactions, part: Uint8Array): Truth {
  const { users, items, length, userCount, itemCount } = interactions;
  const pairs: number[] = [];
  for (let row = 0; row < length; row += 1) {
    if (part[row] === 1) pairs.push((users[row] as number) * itemCount + (items[row] as number));
  }
  const keys = Float64Array.from(new Set(pairs)).sort();
  const listed: number[] = [];
  const starts: number[] = [];
  const item = sharedInt32(keys.length);
  let before = -1;
  for (let at = 0; at < keys.length; at += 1) {
    const key = keys[at] as number;
    const user = Math.floor(key / itemCount);
    item[at] = key - user * itemCount;
    if (user !== before) {
      listed.push(user);
      starts.push(at);
    }
    before = user;
  }
  starts.push(keys.length);
  const truth: Truth = { users: sharedInt32(listed.length), start: sharedInt32(starts.length), item };
  truth.users.set(listed);
  truth.start.set(starts);
  if (userCount < listed.length) throw new RangeError('more users with purchases than users');
  return truth;
}

/** The truth of some positions only. */
export function selectTruth(truth: Truth, positions: Int32Array): Truth {
  const total = positions.reduce(
    (sum, position) => sum + (truth.start[position + 1] as number) - (truth.start[position] as number),
    0,
  );
  const selected: Truth = {
    users: sharedInt32(positions.length),
    start: sharedInt32(positions.length + 1),
    item: sharedInt32(total),
  };
  let end = 0;
  positions.forEach((position, at) => {
    selected.users[at] = truth.users[position] as number;
    const items = truth.item.subarray(truth.start[position], truth.start[position + 1]);
    selected.item.set(items, end);
    end += items.length;
    selected.start[at + 1] = end;
  });
  return selected;
}

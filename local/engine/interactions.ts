/**
 * What the times of a data set mean: real seconds, basket numbers, or nothing.
 * It decides how the holdout is cut and whether decay by age makes sense.
 */
export type TimeKind = 'seconds' | 'order' | 'none';

/** Purchases as three parallel columns of dense indexes, in any order. */
export interface Interactions {
  readonly userCount: number;
  readonly itemCount: number;
  readonly length: number;
  readonly users: Int32Array;
  readonly items: Int32Array;
  /** Epoch seconds; all zero when absent. */
  readonly times: Uint32Array;
  readonly timeKind: TimeKind;
}

export interface IndexedInteractions {
  readonly interactions: Interactions;
  /** Position = user index. */
  readonly userIds: string[];
  /** Position = item index. */
  readonly itemIds: string[];
}

export interface InteractionsBuilder {
  add(userId: string, itemId: string, timestampSeconds: number): void;
  /** Index of a user, also one without interactions. */
  addUser(userId: string): number;
  /** Index of an item, also one without interactions. */
  addItem(itemId: string): number;
  readonly length: number;
  finish(): IndexedInteractions;
}

/** Times below this (April 1970) cannot be purchases: they are basket numbers. */
const LARGEST_BASKET_NUMBER = 10_000_000;
const LARGEST_UINT32 = 4_294_967_295;

/** Collects streamed rows into growing typed arrays, numbering ids as they appear. */
export function createInteractionsBuilder(): InteractionsBuilder {
  let users = new Int32Array(1024);
  let items = new Int32Array(1024);
  let times = new Uint32Array(1024);
  let length = 0;
  const userIds = createNumbering();
  const itemIds = createNumbering();

  function grow(): void {
    const size = users.length * 2;
    users = extended(users, new Int32Array(size));
    items = extended(items, new Int32Array(size));
    times = extended(times, new Uint32Array(size));
  }

  return {
    add(userId, itemId, timestampSeconds) {
      if (length === users.length) grow();
      users[length] = userIds.number(userId);
      items[length] = itemIds.number(itemId);
      times[length] = Math.min(LARGEST_UINT32, Math.max(0, Math.floor(toSeconds(timestampSeconds))));
      length += 1;
    },
    addUser: (userId) => userIds.number(userId),
    addItem: (itemId) => itemIds.number(itemId),
    get length() {
      return length;
    },
    finish() {
      const used = times.slice(0, length);
      return {
        interactions: {
          userCount: userIds.ids.length,
          itemCount: itemIds.ids.length,
          length,
          users: users.slice(0, length),
          items: items.slice(0, length),
          times: used,
          timeKind: timeKindOf(used),
        },
        userIds: userIds.ids,
        itemIds: itemIds.ids,
      };
    },
  };
}

/** Sources that count milliseconds are common, and seconds that large lie in the year 5138. */
function toSeconds(time: number): number {
  return time > 1e11 ? time / 1000 : time;
}

/** All equal → none; all small → basket numbers; otherwise seconds. */
export function timeKindOf(times: Uint32Array): TimeKind {
  let least = LARGEST_UINT32;
  let most = 0;
  for (let row = 0; row < times.length; row += 1) {
    const time = times[row] as number;
    if (time < least) least = time;
    if (time > most) most = time;
  }
  if (most <= least) return 'none';
  return most < LARGEST_BASKET_NUMBER ? 'order' : 'seconds';
}

function createNumbering(): { readonly ids: string[]; number(id: string): number } {
  const ids: string[] = [];
  const known = new Map<string, number>();
  return {
    ids,
    number(id) {
      const found = known.get(id);
      if (found !== undefined) return found;
      known.set(id, ids.length);
      ids.push(id);
      return ids.length - 1;
    },
  };
}

function extended<T extends Int32Array | Uint32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

/** Groups that grow by joining two at a time, each with its members. */
export interface Components<T> {
  /** Members of the group something is in, itself included. */
  membersOf(member: T): readonly T[];
  /** Joins the groups of two members. */
  join(a: T, b: T): void;
  areJoined(a: T, b: T): boolean;
}

/** Union by size, with member lists instead of trees: O(n log n) moves for n joins (Cormen et al., ch. 21.2). */
export function createComponents<T>(): Components<T> {
  const groups = new Map<T, T[]>();
  const groupOf = (member: T): T[] => {
    const known = groups.get(member);
    if (known !== undefined) return known;
    const alone = [member];
    groups.set(member, alone);
    return alone;
  };
  return {
    membersOf: groupOf,
    areJoined: (a, b) => a === b || groupOf(a) === groupOf(b),
    join(a, b) {
      const [large, small] = [groupOf(a), groupOf(b)].sort((x, y) => y.length - x.length);
      if (large === undefined || small === undefined || large === small) return;
      for (const member of small) {
        large.push(member);
        groups.set(member, large);
      }
    },
  };
}

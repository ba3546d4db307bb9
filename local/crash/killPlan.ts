/** Where a call stands when the process is killed: answered, and the process knows it or never will. */
export type Moment = 'before' | 'after';

export interface KillPlan {
  /** Whether to kill now. Each call's name and moment is a point once; of the points every `every`-th is taken. */
  isDue(call: string, moment: Moment): boolean;
  readonly points: readonly string[];
  /** Different points that were passed, taken or not. */
  readonly seen: number;
}

/**
 * A run that is killed at every new point and started again reaches the next one each time: what was done is
 * found and not asked for again, and what is asked for again is a point no more. So it ends.
 * @param most points to take at most
 */
export function createKillPlan({ every, most }: { readonly every: number; readonly most: number }): KillPlan {
  const seen = new Set<string>();
  const points: string[] = [];
  return {
    isDue: (call, moment) => {
      const point = `${moment === 'before' ? 'answer lost' : 'answered'}: ${call}`;
      if (seen.has(point)) return false;
      seen.add(point);
      if (points.length >= most || seen.size % every !== 0) return false;
      points.push(point);
      return true;
    },
    points,
    get seen() {
      return seen.size;
    },
  };
}

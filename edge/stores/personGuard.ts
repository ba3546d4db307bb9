import type { Clock } from '../clock.ts';

/** Keeps lookups of persons from flooding Postgres while KV is down. One per isolate. */
export interface PersonGuard {
  /** False when as many persons as allowed have been looked up in this second. */
  allows(): boolean;
  /** Whether this person was lately found to be unknown in this snapshot. */
  isUnknown(person: string): boolean;
  noteUnknown(person: string): void;
}

export interface PersonGuardSettings {
  readonly clock: Clock;
  readonly perSecond: number;
  readonly unknownMs: number;
  /** How many unknown persons are remembered; the oldest are forgotten first. */
  readonly most: number;
}

export function createPersonGuard({ clock, perSecond, unknownMs, most }: PersonGuardSettings): PersonGuard {
  const unknown = new Map<string, number>();
  let second = 0;
  let asked = 0;
  return {
    allows() {
      const now = Math.floor(clock.now() / 1_000);
      if (now !== second) {
        second = now;
        asked = 0;
      }
      return ++asked <= perSecond;
    },
    isUnknown(person) {
      const until = unknown.get(person);
      if (until === undefined) return false;
      if (clock.now() < until) return true;
      unknown.delete(person);
      return false;
    },
    noteUnknown(person) {
      unknown.delete(person);
      unknown.set(person, clock.now() + unknownMs);
      for (const oldest of unknown.keys()) {
        if (unknown.size <= most) break;
        unknown.delete(oldest);
      }
    },
  };
}

/**
 * Lets concurrent requests for one key wait for the first one's read. Requests must not await each
 * other's I/O in a Worker, so a follower awaits a promise of its own, which the leader's read resolves
 * without a value; the runtime resumes the follower in its own context (compatibility flag
 * handle_cross_request_promise_resolution, the default since 2024-10-14), where it looks into memory.
 * A leader that is cancelled leaves nobody hanging: followers wait on their own timer, and a flight
 * older than `abandonMs` counts as lost.
 */
export interface Flights {
  /** Null: nobody reads this key; the caller becomes the leader and must call `land`. */
  join(key: string, now: number): Promise<void> | null;
  land(key: string): void;
}

interface Flight {
  readonly since: number;
  readonly waiting: (() => void)[];
}

export function createFlights(abandonMs: number): Flights {
  const flights = new Map<string, Flight>();
  return {
    join(key, now) {
      const flight = flights.get(key);
      if (flight !== undefined && now - flight.since < abandonMs) {
        return new Promise((resolve) => flight.waiting.push(resolve));
      }
      flights.set(key, { since: now, waiting: flight?.waiting ?? [] });
      return null;
    },
    land(key) {
      const flight = flights.get(key);
      flights.delete(key);
      for (const resume of flight?.waiting ?? []) resume();
    },
  };
}

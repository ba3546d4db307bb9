import { AVAILABILITY_KEY, type Availability, openAvailability } from '../../shared/overlay/availability.ts';
import { openRecent, RECENT_KEY, type RecentOrders } from '../../shared/overlay/recent.ts';
import type { Clock } from '../clock.ts';
import type { KvReads } from './kvReads.ts';
import type { Reader } from './ladder.ts';
import { createLiveReader, type LiveReader, type LiveValue } from './liveReader.ts';
import type { Person } from './store.ts';
import { Suspended } from './suspend.ts';

/** What a sync has found since the snapshot was made. One per isolate. */
export interface Overlay {
  /** Null when nothing changed, or when it cannot be known. */
  availability(reader: Reader): Availability | null;
  /** Items the customer bought since the snapshot, latest first. */
  recent(reader: Reader, person: Person): readonly number[];
  /** What the isolate still trusts at a time, or null: it has to be read. */
  recallAvailability(now: number): LiveValue<Availability> | null;
  recallRecent(now: number): LiveValue<RecentOrders> | null;
}

export interface OverlaySettings {
  readonly reads: KvReads;
  readonly clock: Clock;
  readonly ttlMs: number;
}

export function createOverlay({ reads, clock, ttlMs }: OverlaySettings): Overlay {
  const changes = createLiveReader<Availability>({
    ...{ reads, clock, ttlMs },
    key: AVAILABILITY_KEY,
    open: openAvailability,
  });
  const orders = createLiveReader<RecentOrders>({
    ...{ reads, clock, ttlMs },
    key: RECENT_KEY,
    open: openRecent,
  });
  return {
    recallAvailability: changes.recall,
    recallRecent: orders.recall,
    availability(reader) {
      try {
        const { value, state } = take(reader, AVAILABILITY_KEY, changes);
        if (state === 'stale') reader.note('availability', 'stale');
        return value;
      } catch (error) {
        if (error instanceof Suspended) throw error;
        // Cards of Postgres are as fresh as can be; those of a snapshot stand as they were published.
        reader.note('availability', 'defaults');
        return null;
      }
    },
    recent(reader, person) {
      try {
        const { value, state } = take(reader, RECENT_KEY, orders);
        if (state === 'stale') reader.note('recent', 'stale');
        return value?.itemsOf(person.key) ?? [];
      } catch (error) {
        if (error instanceof Suspended) throw error;
        return recentFromPostgres(reader, person);
      }
    },
  };
}

function take<T>({ scope }: Reader, key: string, values: LiveReader<T>): LiveValue<T> {
  return values.recall() ?? scope.take(key, () => values.read(scope));
}

function recentFromPostgres(reader: Reader, person: Person): readonly number[] {
  try {
    const items = reader.recentOrders(person);
    reader.note('recent', 'postgres');
    return items;
  } catch (error) {
    if (error instanceof Suspended) throw error;
    reader.note('recent', 'defaults');
    return [];
  }
}

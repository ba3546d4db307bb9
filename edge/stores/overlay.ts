import { AVAILABILITY_KEY, type Availability, openAvailability } from '../../shared/overlay/availability.ts';
import { openRecent, RECENT_KEY, type RecentOrders } from '../../shared/overlay/recent.ts';
import type { Clock } from '../clock.ts';
import type { KvReads } from './kvReads.ts';
import type { Reader } from './ladder.ts';
import { createLiveReader } from './liveReader.ts';
import type { Person } from './store.ts';

/** What a sync has found since the snapshot was made. One per isolate. */
export interface Overlay {
  /** Null when nothing changed, or when it cannot be known. */
  availability(reader: Reader): Promise<Availability | null>;
  /** Items the customer bought since the snapshot, latest first. */
  recent(reader: Reader, person: Person): Promise<readonly number[]>;
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
    async availability(reader) {
      try {
        const { value, state } = await changes.read(reader.scope);
        if (state === 'stale') reader.note('availability', 'stale');
        return value;
      } catch {
        // Cards of Postgres are as fresh as can be; those of a snapshot stand as they were published.
        reader.note('availability', 'defaults');
        return null;
      }
    },
    async recent(reader, person) {
      try {
        const { value, state } = await orders.read(reader.scope);
        if (state === 'live') return value?.itemsOf(person.key) ?? [];
        reader.note('recent', 'stale');
        return value?.itemsOf(person.key) ?? [];
      } catch {
        return await recentFromPostgres(reader, person);
      }
    },
  };
}

async function recentFromPostgres(reader: Reader, person: Person): Promise<readonly number[]> {
  try {
    const items = await reader.recentOrders(person);
    reader.note('recent', 'postgres');
    return items;
  } catch {
    reader.note('recent', 'defaults');
    return [];
  }
}

import type { UserRecord } from '../../shared/snapshot/userRecord.ts';
import type { PopularWhere } from '../content/popularSteps.ts';
import type { Edge } from '../edge.ts';
import { placeOfRequest } from '../place.ts';
import type { Reader } from '../stores/ladder.ts';
import type { Store } from '../stores/store.ts';

export interface Customer {
  /** Null: a guest, an unknown customer, or one who cannot be found. */
  readonly record: UserRecord | null;
  readonly origin: Store;
  /** Where the customer is: the place asked for, else the one of their orders, else the request's. */
  readonly where: () => Promise<PopularWhere>;
}

export interface CustomerRequest {
  readonly userId: string | null;
  readonly query: { province?: string | null | undefined; city?: string | null | undefined };
  readonly request: Request;
}

/** Looks the customer up. Outside Postgres they are known by the keyed hash of their id only. */
export async function readCustomer(
  edge: Edge,
  reader: Reader,
  { userId, query, request }: CustomerRequest,
): Promise<Customer> {
  const asked = { province: query.province ?? null, city: query.city ?? null };
  const isAsked = asked.province !== null || asked.city !== null;
  const guess = async () => (isAsked ? asked : placeOfRequest(request));
  if (userId === null || edge.keyer === null) {
    return { record: null, origin: reader.lastOrigin(), where: guess };
  }
  const key = edge.keyer(userId);
  const { value: record, origin } = await reader.read('users', (store) => store.user(key));
  const place = record?.place ?? 0;
  if (isAsked || place === 0) return { record, origin, where: guess };
  const where = async () => {
    const { value: places } = await reader.read('places', (store) => store.places());
    const [province, city] = places[place - 1] ?? [null, null];
    return province === null && city === null ? placeOfRequest(request) : { province, city };
  };
  return { record, origin, where };
}

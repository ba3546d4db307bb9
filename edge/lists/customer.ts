import { aliasText } from '../../shared/identity/alias.ts';
import type { CustomerKeyer } from '../../shared/identity/customerKey.ts';
import type { UserRecord } from '../../shared/snapshot/userRecord.ts';
import type { PersonalAccess } from '../content/personalAccess.ts';
import type { PopularWhere } from '../content/popularSteps.ts';
import type { Edge } from '../edge.ts';
import type { Reader } from '../stores/ladder.ts';
import type { Origin, Person } from '../stores/store.ts';
import { together } from '../stores/suspend.ts';

export interface Customer {
  /** What the snapshot holds; null: a guest, an unknown customer, or one the caller may not see. */
  readonly record: UserRecord | null;
  /** Items bought since the snapshot, latest first: of a new customer all there is. */
  readonly recent: readonly number[];
  readonly origin: Origin;
  /** Whether reasons may tell what was bought. */
  readonly purchaseReasons: boolean;
  /** Where the customer is: the place asked for, else the one of their orders, else the request's. */
  readonly where: () => PopularWhere;
  /** Whether that is a place of their orders, so that naming it tells of purchases. */
  readonly whereBought: boolean;
  readonly warnings: readonly string[];
}

export interface CustomerRequest {
  /** What the caller may see of the customer; null: nobody is named. */
  readonly access: PersonalAccess | null;
  readonly userId: string | null;
  readonly idSource: string | null;
  readonly place: { readonly province: string | null; readonly city: string | null };
  /** Where the request comes from. */
  readonly ownPlace: () => PopularWhere;
}

/** Latest first, what was bought since the snapshot before what it knows. */
export function purchasesOf({ record, recent }: Customer): number[] {
  return [...new Set([...recent, ...(record?.bought ?? [])])];
}

export function isKnown({ record, recent }: Customer): boolean {
  return record !== null || recent.length > 0;
}

/** Looks the customer up. Outside Postgres they are known by the keyed hash of their id only. */
export function readCustomer(edge: Edge, reader: Reader, asked: CustomerRequest): Customer {
  const { userId, place, ownPlace, access } = asked;
  const isPlaced = place.province !== null || place.city !== null;
  const guess = () => (isPlaced ? place : ownPlace());
  const nobody = { record: null, recent: [], purchaseReasons: false, where: guess, whereBought: false };
  if (userId === null || access === null) return { ...nobody, origin: reader.lastOrigin(), warnings: [] };
  const warnings = access.warning === null ? [] : [access.warning];
  if (!access.personal || edge.keyer === null) return { ...nobody, origin: reader.lastOrigin(), warnings };
  const idSource = access.provenSource ?? asked.idSource;
  const { record, recent, origin } = findCustomer(edge, reader, edge.keyer, { userId, idSource });
  const known = { record, recent, origin, purchaseReasons: access.purchaseReasons, warnings };
  const number = record?.place ?? 0;
  if (isPlaced || number === 0) return { ...known, where: guess, whereBought: false };
  const where = () => {
    const { value: places } = reader.read('places', (store) => store.places());
    const [province, city] = places[number - 1] ?? [null, null];
    return province === null && city === null ? ownPlace() : { province, city };
  };
  return { ...known, where, whereBought: true };
}

type Found = Pick<Customer, 'record' | 'recent' | 'origin'>;

/**
 * An id with a source is that system's; one without is the shop's own, else an alias that means one
 * customer only, whichever system gives it.
 */
function findCustomer(
  edge: Edge,
  reader: Reader,
  keyer: CustomerKeyer,
  { userId, idSource }: { readonly userId: string; readonly idSource: string | null },
): Found {
  const source = idSource ?? edge.config.ID_SOURCE;
  const aliasOf = (): Person => ({ id: userId, source, key: keyer(aliasText(source, userId)) });
  if (source !== null) {
    const alias = aliasOf();
    const { value: key, origin } = readAlias(reader, alias);
    if (key !== null) return readPerson(edge, reader, { ...alias, key });
    // Named or proven by the caller, it is nobody else's id. One that is newer than the snapshot may have bought since.
    if (idSource !== null) return { record: null, recent: edge.overlay.recent(reader, alias), origin };
  }
  const found = readPerson(edge, reader, { id: userId, source: null, key: keyer(userId) });
  if (found.record !== null || found.recent.length > 0 || source !== null) return found;
  const alias = aliasOf();
  const { value: key } = readAlias(reader, alias);
  return key === null ? found : readPerson(edge, reader, { ...alias, key });
}

function readAlias(reader: Reader, alias: Person) {
  return reader.read('customer_alias', (store) => store.customerOf(alias));
}

function readPerson(edge: Edge, reader: Reader, person: Person): Found {
  const [{ value: record, origin }, recent] = together(
    () => reader.read('users', (store) => store.user(person.key)),
    () => edge.overlay.recent(reader, person),
  );
  return { record, recent, origin };
}

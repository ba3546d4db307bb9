import * as z from 'zod';
import type { CustomerKeyer } from '../../shared/identity/customerKey.ts';
import { lazily } from '../../shared/lazily.ts';
import { keyToBigInt } from '../../shared/snapshot/key64.ts';
import { decodeUserRecord } from '../../shared/snapshot/userRecord.ts';
import type { AnswerMemory } from './answerMemory.ts';
import type { PersonGuard } from './personGuard.ts';
import type { SnapshotRow } from './postgresSnapshot.ts';
import type { PostgresSql } from './postgresSql.ts';
import type { Scope } from './scope.ts';
import type { Person, Store } from './store.ts';
import { StoreError } from './storeError.ts';

const Bytes = lazily(() => z.instanceof(Uint8Array));
const UserRow = lazily(() => z.object({ record: Bytes() }));
const AliasRow = lazily(() => z.object({ unified_customer_id: z.string() }));
const RecentRow = lazily(() => z.object({ item_number: z.int() }));

const USER =
  'SELECT record FROM snapshot_users WHERE snapshot_id = $1::integer AND customer_key = $2::bigint';
// An id that two systems give to two customers is nobody's without its system.
const CUSTOMER_ALIAS = `SELECT min(unified_customer_id) AS unified_customer_id FROM customer_alias
  WHERE source = ANY ($1::text[]) AND source_id = $2 HAVING count(DISTINCT unified_customer_id) = 1`;
// As batch/overlay/recentCustomers.ts: loaded after the snapshot was made, or dated later. An id of a system is nobody
// else's: only one without is the shop's own.
const RECENT = `SELECT i.item_number FROM orders o JOIN order_items i USING (order_number)
  WHERE o.unified_customer_id = (SELECT coalesce(c.merged_into, w.id)
      FROM (SELECT CASE WHEN $2::text IS NULL THEN $1 ELSE (SELECT a.unified_customer_id FROM customer_alias a
        WHERE a.source = $2 AND a.source_id = $1) END AS id) w
      LEFT JOIN customers c ON c.unified_customer_id = w.id)
    AND o.status = 'completed' AND i.quantity > 0 AND (o.ordered_at > $3::timestamptz
      OR o.order_number > (SELECT s.last_order_number FROM snapshots s WHERE s.snapshot_id = $4::integer))
  ORDER BY o.ordered_at DESC, i.line_number LIMIT 16`;

export interface PostgresReading {
  readonly sql: PostgresSql;
  readonly snapshot: SnapshotRow;
  readonly persons: PersonGuard;
  readonly memory: AnswerMemory;
  /** Null without ID_HASH_KEY: then nobody is looked up. */
  readonly keyer: CustomerKeyer | null;
  readonly scope: Scope;
}

/** What Postgres knows of single persons. */
export interface PostgresPersons extends Pick<Store, 'user' | 'customerOf'> {
  /** What a customer bought since the snapshot, latest first. Throws StoreError. */
  recentOrders(person: Person): number[];
}

/** Lookups of persons, each behind the guard that keeps a flood of ids from Postgres. */
export function openPostgresPersons(reading: PostgresReading): PostgresPersons {
  const { sql, snapshot, persons, keyer, scope } = reading;
  const id = snapshot.snapshot_id;
  /** One lookup: not twice for an unknown person, and not too many a second. */
  function lookUp<T>(what: string, ask: () => Promise<T | null>): T | null {
    const person = `${id}/${what}`;
    if (persons.isUnknown(person)) return null;
    return scope.take(`person/${person}`, async () => {
      if (!persons.allows()) throw new StoreError('skipped', 'too many persons are being looked up');
      const found = await ask();
      if (found === null) persons.noteUnknown(person);
      return found;
    });
  }
  return {
    user(customer) {
      const key = keyToBigInt(customer).toString();
      return lookUp(`user/${key}`, async () => {
        const [row] = z.array(UserRow()).parse(await sql.rows(scope, USER, [id, key]));
        return row === undefined ? null : decodeUserRecord(row.record, snapshot.layout);
      });
    },
    customerOf(alias) {
      const sources = alias.source === null ? snapshot.id_sources : [alias.source];
      if (keyer === null || sources.length === 0 || !isText(alias.id)) return null;
      return lookUp(`alias/${keyToBigInt(alias.key)}`, async () => {
        const rows = await sql.rows(scope, CUSTOMER_ALIAS, [arrayText(sources), alias.id]);
        const [row] = z.array(AliasRow()).parse(rows);
        return row === undefined ? null : keyer(row.unified_customer_id);
      });
    },
    recentOrders(person) {
      if (snapshot.data_until === null || !isText(person.id)) return [];
      const since = snapshot.data_until;
      const found = lookUp(`recent/${keyToBigInt(person.key)}`, async () => {
        const rows = await sql.rows(scope, RECENT, [person.id, person.source, since, id]);
        const items = z.array(RecentRow()).parse(rows);
        return items.length === 0 ? null : items.map((row) => row.item_number);
      });
      return found ?? [];
    },
  };
}

/**
 * Postgres holds no text with a zero character or half of a surrogate pair, so nothing has such an id. To ask for one
 * is an error, and errors make the isolate leave Postgres alone.
 */
export function isText(id: string): boolean {
  return !id.includes('\0') && id.isWellFormed();
}

/** Postgres' own notation of an array of texts. */
export function arrayText(texts: readonly string[]): string {
  return `{${texts.map((text) => JSON.stringify(text)).join()}}`;
}

import * as z from 'zod';
import { ProductCardRow, productCard, STOREFRONT_ID } from '../../shared/catalogue/card.ts';
import type { CustomerKeyer } from '../../shared/identity/customerKey.ts';
import { Places } from '../../shared/snapshot/documents.ts';
import { decodeItemList, type ItemList } from '../../shared/snapshot/itemList.ts';
import { type Key64, keyOfNumber, keyOfText, keyToBigInt } from '../../shared/snapshot/key64.ts';
import type { DocumentName } from '../../shared/snapshot/manifest.ts';
import { decodeUserRecord } from '../../shared/snapshot/userRecord.ts';
import type { AnswerMemory } from './answerMemory.ts';
import type { PersonGuard } from './personGuard.ts';
import type { SnapshotRow } from './postgresSnapshot.ts';
import type { PostgresSql } from './postgresSql.ts';
import type { Scope } from './scope.ts';
import { type Person, type Shape, type Store, type StoredCard, storedCard } from './store.ts';
import { StoreError } from './storeError.ts';

const Bytes = z.instanceof(Uint8Array);
const UserRow = z.object({ record: Bytes });
const AliasRow = z.object({ unified_customer_id: z.string() });
const RecentRow = z.object({ item_number: z.int() });
const ListRow = z.object({ list_key: z.string(), record: Bytes });
const IndexRow = z.object({ product_id: z.string(), item_number: z.int() });
const DocumentRow = z.object({ document: z.unknown() });
const CardRow = ProductCardRow.extend({ item_number: z.int(), recommendable: z.boolean() });

const USER =
  'SELECT record FROM snapshot_users WHERE snapshot_id = $1::integer AND customer_key = $2::bigint';
// An id that two systems give to two customers is nobody's without its system.
const CUSTOMER_ALIAS = `SELECT min(unified_customer_id) AS unified_customer_id FROM customer_alias
  WHERE source = ANY ($1::text[]) AND source_id = $2 HAVING count(DISTINCT unified_customer_id) = 1`;
const RECENT = `SELECT i.item_number FROM orders o JOIN order_items i USING (order_number)
  WHERE o.unified_customer_id = coalesce((SELECT a.unified_customer_id FROM customer_alias a
      WHERE a.source = $2 AND a.source_id = $1), $1)
    AND o.status = 'completed' AND i.quantity > 0 AND o.ordered_at > $3::timestamptz
  ORDER BY o.ordered_at DESC, i.line_number LIMIT 16`;
const LISTS = `SELECT list_key, record FROM snapshot_lists
  WHERE snapshot_id = $1::integer AND kind = $2 AND list_key = ANY ($3::bigint[])`;
const DOCUMENT = 'SELECT document FROM snapshot_documents WHERE snapshot_id = $1::integer AND name = $2';
const INDEX = `SELECT w.id AS product_id, coalesce(p.item_number, max(q.item_number)) AS item_number
  FROM jsonb_array_elements_text($1::jsonb) AS w (id)
  LEFT JOIN products p ON p.product_id = w.id
  LEFT JOIN product_alias a ON a.source = ANY ($2::text[]) AND a.source_id = w.id
  LEFT JOIN products q ON q.product_id = a.product_id
  GROUP BY w.id, p.item_number HAVING p.item_number IS NOT NULL OR count(DISTINCT q.item_number) = 1`;
const SOURCE_INDEX = `SELECT w.id AS product_id, max(q.item_number) AS item_number
  FROM jsonb_array_elements_text($1::jsonb) AS w (id)
  JOIN product_alias a ON a.source = $2 AND a.source_id = w.id
  JOIN products q ON q.product_id = a.product_id
  GROUP BY w.id HAVING count(DISTINCT q.item_number) = 1`;
const CARDS = `SELECT item_number, product_id, ${STOREFRONT_ID} AS storefront_id, product_name, url, handle, default_variant_id, price::text AS price,
  currency, to_jsonb(category_path) AS category_path, image_url, available, recommendable
  FROM products p WHERE item_number = ANY ($1::integer[])`;

export interface PostgresReading {
  readonly sql: PostgresSql;
  readonly snapshot: SnapshotRow;
  readonly persons: PersonGuard;
  readonly memory: AnswerMemory;
  /** Null without ID_HASH_KEY: then nobody is looked up. */
  readonly keyer: CustomerKeyer | null;
  readonly scope: Scope;
}

export interface PostgresStore extends Store {
  /** What a customer bought since the snapshot, latest first. Throws StoreError. */
  recentOrders(person: Person): Promise<number[]>;
}

/** A snapshot in Postgres: the same records as in KV, cards from the products themselves. */
export function openPostgresStore(reading: PostgresReading): PostgresStore {
  const { sql, snapshot, persons, memory, keyer, scope } = reading;
  const id = snapshot.snapshot_id;

  async function lists(kind: 'similar' | 'pairs' | 'popular', keys: readonly Key64[]) {
    const wanted = keys.map((key) => keyToBigInt(key).toString());
    return await memory.many<ItemList>(`${id}/${kind}`, wanted, async (missing) => {
      const rows = z.array(ListRow).parse(await sql.rows(scope, LISTS, [id, kind, `{${missing.join()}}`]));
      return new Map(
        rows.map((row) => [row.list_key, decodeItemList(row.record, snapshot.layout.item_width)]),
      );
    });
  }
  async function document<T>(name: DocumentName, shape: Shape<T>): Promise<T> {
    const [value] = await memory.many<T>(`${id}/document`, [name], async () => {
      const [row] = z.array(DocumentRow).parse(await sql.rows(scope, DOCUMENT, [id, name]));
      if (row === undefined) throw new StoreError('missing', `Postgres has no document ${name}`);
      return new Map([[name, shape.parse(row.document)]]);
    });
    if (!value) throw new StoreError('missing', `Postgres has no document ${name}`);
    return value;
  }
  /** One lookup of a person: not twice for an unknown one, and not too many a second. */
  async function lookUp<T>(what: string, ask: () => Promise<T | null>): Promise<T | null> {
    const person = `${id}/${what}`;
    if (persons.isUnknown(person)) return null;
    if (!persons.allows()) throw new StoreError('skipped', 'too many persons are being looked up');
    const found = await ask();
    if (found === null) persons.noteUnknown(person);
    return found;
  }

  return {
    source: 'postgres',
    facts: snapshot,
    user(customer) {
      const key = keyToBigInt(customer).toString();
      return lookUp(`user/${key}`, async () => {
        const [row] = z.array(UserRow).parse(await sql.rows(scope, USER, [id, key]));
        return row === undefined ? null : decodeUserRecord(row.record, snapshot.layout);
      });
    },
    async customerOf(alias) {
      const sources = alias.source === null ? snapshot.id_sources : [alias.source];
      if (keyer === null || sources.length === 0 || !isText(alias.id)) return null;
      return await lookUp(`alias/${keyToBigInt(alias.key)}`, async () => {
        const rows = await sql.rows(scope, CUSTOMER_ALIAS, [arrayText(sources), alias.id]);
        const [row] = z.array(AliasRow).parse(rows);
        return row === undefined ? null : keyer(row.unified_customer_id);
      });
    },
    async recentOrders(person) {
      if (snapshot.data_until === null || !isText(person.id)) return [];
      const since = snapshot.data_until;
      const found = await lookUp(`recent/${keyToBigInt(person.key)}`, async () => {
        const rows = await sql.rows(scope, RECENT, [person.id, person.source, since]);
        const items = z.array(RecentRow).parse(rows);
        return items.length === 0 ? null : items.map((row) => row.item_number);
      });
      return found ?? [];
    },
    similar: (items) => lists('similar', items.map(keyOfNumber)),
    pairs: (items) => lists('pairs', items.map(keyOfNumber)),
    popular: (names) => lists('popular', names.map(keyOfText)),
    async itemNumbers(productIds, source) {
      const possible = productIds.filter(isText);
      const numbers = await memory.many<number>(`index/${source ?? ''}`, possible, async (missing) => {
        const rows = await (source === null
          ? sql.rows(scope, INDEX, [JSON.stringify(missing), arrayText(snapshot.id_sources)])
          : sql.rows(scope, SOURCE_INDEX, [JSON.stringify(missing), source]));
        return new Map(
          z
            .array(IndexRow)
            .parse(rows)
            .map((row) => [row.product_id, row.item_number]),
        );
      });
      const found = new Map(possible.map((productId, i) => [productId, numbers[i] ?? null]));
      return productIds.map((productId) => found.get(productId) ?? null);
    },
    cards: (items) =>
      memory.many<StoredCard>('card', items.map(String), async (missing) => {
        const rows = z.array(CardRow).parse(await sql.rows(scope, CARDS, [`{${missing.join()}}`]));
        return new Map(rows.map((row) => [String(row.item_number), cardOfRow(row)]));
      }),
    places: () => document('places', Places),
    document,
  };
}

function cardOfRow(row: z.infer<typeof CardRow>): StoredCard {
  const { available, recommendable } = row;
  const flags = { sellable: available && recommendable, recommendable };
  return storedCard(() => JSON.stringify(productCard(row)), flags);
}

/** Postgres holds no text with a zero character, so nothing has such an id. */
function isText(id: string): boolean {
  return !id.includes('\0');
}

/** Postgres' own notation of an array of texts. */
function arrayText(texts: readonly string[]): string {
  return `{${texts.map((text) => JSON.stringify(text)).join()}}`;
}

import * as z from 'zod';
import { ProductCardRow, productCard } from '../../shared/catalogue/card.ts';
import { AnalyticsPairs, Places } from '../../shared/snapshot/documents.ts';
import { decodeItemList, type ItemList } from '../../shared/snapshot/itemList.ts';
import { type Key64, keyOfNumber, keyOfText, keyToBigInt } from '../../shared/snapshot/key64.ts';
import type { DocumentName } from '../../shared/snapshot/manifest.ts';
import { decodeUserRecord } from '../../shared/snapshot/userRecord.ts';
import type { PersonGuard } from './personGuard.ts';
import type { SnapshotRow } from './postgresSnapshot.ts';
import type { PostgresSql } from './postgresSql.ts';
import type { Scope } from './scope.ts';
import type { Store, StoredCard } from './store.ts';
import { StoreError } from './storeError.ts';

const Bytes = z.instanceof(Uint8Array);
const UserRow = z.object({ record: Bytes });
const ListRow = z.object({ list_key: z.string(), record: Bytes });
const IndexRow = z.object({ product_id: z.string(), item_number: z.int() });
const DocumentRow = z.object({ document: z.unknown() });
const CardRow = ProductCardRow.extend({ item_number: z.int(), recommendable: z.boolean() });

const USER =
  'SELECT record FROM snapshot_users WHERE snapshot_id = $1::integer AND customer_key = $2::bigint';
const LISTS = `SELECT list_key, record FROM snapshot_lists
  WHERE snapshot_id = $1::integer AND kind = $2 AND list_key = ANY ($3::bigint[])`;
const DOCUMENT = 'SELECT document FROM snapshot_documents WHERE snapshot_id = $1::integer AND name = $2';
const INDEX = `SELECT product_id, item_number FROM products
  WHERE product_id IN (SELECT jsonb_array_elements_text($1::jsonb))`;
const CARDS = `SELECT item_number, product_id, product_name, url, handle, default_variant_id, price::text AS price,
  currency, to_jsonb(category_path) AS category_path, image_url, available, recommendable
  FROM products WHERE item_number = ANY ($1::integer[])`;

export interface PostgresReading {
  readonly sql: PostgresSql;
  readonly snapshot: SnapshotRow;
  readonly persons: PersonGuard;
  readonly scope: Scope;
}

/** A snapshot in Postgres: the same records as in KV, cards from the products themselves. */
export function openPostgresStore({ sql, snapshot, persons, scope }: PostgresReading): Store {
  const id = snapshot.snapshot_id;

  async function lists(kind: 'similar' | 'pairs' | 'popular', keys: readonly Key64[]) {
    const wanted = keys.map((key) => keyToBigInt(key).toString());
    if (wanted.length === 0) return [];
    const rows = z.array(ListRow).parse(await sql.rows(scope, LISTS, [id, kind, `{${wanted.join()}}`]));
    const byKey = new Map(
      rows.map((row) => [row.list_key, decodeItemList(row.record, snapshot.layout.item_width)]),
    );
    return wanted.map((key): ItemList | null => byKey.get(key) ?? null);
  }
  async function document<T>(name: DocumentName, shape: { parse(value: unknown): T }): Promise<T> {
    const [row] = z.array(DocumentRow).parse(await sql.rows(scope, DOCUMENT, [id, name]));
    if (row === undefined) throw new StoreError('missing', `Postgres has no document ${name}`);
    return shape.parse(row.document);
  }

  return {
    source: 'postgres',
    facts: snapshot,
    async user(customer) {
      const key = keyToBigInt(customer).toString();
      const person = `${id}/${key}`;
      if (persons.isUnknown(person)) return null;
      if (!persons.allows()) throw new StoreError('skipped', 'too many persons are being looked up');
      const [row] = z.array(UserRow).parse(await sql.rows(scope, USER, [id, key]));
      if (row !== undefined) return decodeUserRecord(row.record, snapshot.layout);
      persons.noteUnknown(person);
      return null;
    },
    similar: (items) => lists('similar', items.map(keyOfNumber)),
    pairs: (items) => lists('pairs', items.map(keyOfNumber)),
    popular: (names) => lists('popular', names.map(keyOfText)),
    async itemNumbers(productIds) {
      // Postgres holds no text with a zero character, so no product has such an id.
      const possible = productIds.filter((productId) => !productId.includes('\0'));
      if (possible.length === 0) return productIds.map(() => null);
      const rows = z.array(IndexRow).parse(await sql.rows(scope, INDEX, [JSON.stringify(possible)]));
      const numbers = new Map(rows.map((row) => [row.product_id, row.item_number]));
      return productIds.map((productId) => numbers.get(productId) ?? null);
    },
    async cards(items) {
      if (items.length === 0) return [];
      const rows = z.array(CardRow).parse(await sql.rows(scope, CARDS, [`{${items.join()}}`]));
      const cards = new Map(rows.map((row) => [row.item_number, storedCard(row)]));
      return items.map((item) => cards.get(item) ?? null);
    },
    places: () => document('places', Places),
    topPairs: () => document('analytics_pairs', AnalyticsPairs),
  };
}

function storedCard(row: z.infer<typeof CardRow>): StoredCard {
  return { text: () => JSON.stringify(productCard(row)), sellable: row.available && row.recommendable };
}

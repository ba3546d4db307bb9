import * as z from 'zod';
import { ProductCardRow, productCard, STOREFRONT_ID } from '../../shared/catalogue/card.ts';
import { lazily } from '../../shared/lazily.ts';
import { Places } from '../../shared/snapshot/documents.ts';
import { decodeItemList, type ItemList } from '../../shared/snapshot/itemList.ts';
import { type Key64, keyOfNumber, keyOfText, keyToBigInt } from '../../shared/snapshot/key64.ts';
import type { DocumentName } from '../../shared/snapshot/manifest.ts';
import {
  arrayText,
  isText,
  openPostgresPersons,
  type PostgresPersons,
  type PostgresReading,
} from './postgresPersons.ts';
import { type Shape, type Store, type StoredCard, storedCard } from './store.ts';
import { StoreError } from './storeError.ts';

const Bytes = lazily(() => z.instanceof(Uint8Array));
const ListRow = lazily(() => z.object({ list_key: z.string(), record: Bytes() }));
const IndexRow = lazily(() => z.object({ product_id: z.string(), item_number: z.int() }));
const DocumentRow = lazily(() => z.object({ document: z.unknown() }));
const CardRow = lazily(() => ProductCardRow.extend({ item_number: z.int(), recommendable: z.boolean() }));

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

export type PostgresStore = Store & PostgresPersons;

/** A snapshot in Postgres: the same records as in KV, cards from the products themselves. */
export function openPostgresStore(reading: PostgresReading): PostgresStore {
  const { sql, snapshot, memory, scope } = reading;
  const id = snapshot.snapshot_id;

  function lists(kind: 'similar' | 'pairs' | 'popular', keys: readonly Key64[]) {
    const wanted = keys.map((key) => keyToBigInt(key).toString());
    const load = async (missing: readonly string[]) => {
      const rows = z.array(ListRow()).parse(await sql.rows(scope, LISTS, [id, kind, `{${missing.join()}}`]));
      return new Map(
        rows.map((row) => [row.list_key, decodeItemList(row.record, snapshot.layout.item_width)]),
      );
    };
    return memory.many<ItemList>({ scope, group: `${id}/${kind}`, keys: wanted, load });
  }
  function document<T>(name: DocumentName, shape: Shape<T>): T {
    const load = async () => {
      const [row] = z.array(DocumentRow()).parse(await sql.rows(scope, DOCUMENT, [id, name]));
      if (row === undefined) throw new StoreError('missing', `Postgres has no document ${name}`);
      return new Map([[name, shape.parse(row.document)]]);
    };
    const [value] = memory.many<T>({ scope, group: `${id}/document`, keys: [name], load });
    if (!value) throw new StoreError('missing', `Postgres has no document ${name}`);
    return value;
  }
  return {
    source: 'postgres',
    facts: snapshot,
    ...openPostgresPersons(reading),
    similar: (items) => lists('similar', items.map(keyOfNumber)),
    pairs: (items) => lists('pairs', items.map(keyOfNumber)),
    popular: (names) => lists('popular', names.map(keyOfText)),
    itemNumbers(productIds, source) {
      const possible = productIds.filter(isText);
      const load = async (missing: readonly string[]) => {
        const rows = await (source === null
          ? sql.rows(scope, INDEX, [JSON.stringify(missing), arrayText(snapshot.id_sources)])
          : sql.rows(scope, SOURCE_INDEX, [JSON.stringify(missing), source]));
        return new Map(
          z
            .array(IndexRow())
            .parse(rows)
            .map((row) => [row.product_id, row.item_number]),
        );
      };
      const group = `index/${source ?? ''}`;
      const numbers = memory.many<number>({ scope, group, keys: possible, load });
      const found = new Map(possible.map((productId, i) => [productId, numbers[i] ?? null]));
      return productIds.map((productId) => found.get(productId) ?? null);
    },
    cards(items) {
      const load = async (missing: readonly string[]) => {
        const rows = z.array(CardRow()).parse(await sql.rows(scope, CARDS, [`{${missing.join()}}`]));
        return new Map(rows.map((row) => [String(row.item_number), cardOfRow(row)]));
      };
      return memory.many<StoredCard>({ scope, group: 'card', keys: items.map(String), load });
    },
    places: () => document('places', Places()),
    document,
  };
}

function cardOfRow(row: z.infer<ReturnType<typeof CardRow>>): StoredCard {
  const { available, recommendable } = row;
  const flags = { sellable: available && recommendable, recommendable };
  return storedCard(() => JSON.stringify(productCard(row)), flags);
}

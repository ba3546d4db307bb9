import { finished } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { CONTACT_KINDS, type ContactReader } from '../identity/contactReader.ts';
import { copyLine, createCopyText } from './copyText.ts';
import { createProductFacts } from './productFacts.ts';
import type { CustomerRecord, OrderLine, ProductRecord } from './records.ts';

/** Gathered before it is sent: some ten thousand rows. */
const BYTES_PER_COPY = 2 << 20;
const STATUS_CODE = { completed: 0, cancelled: 1, returned: 2 } as const;
const LEVEL_SEPARATOR = '\u001f';

/** Plain contacts never reach Postgres, not even for the time of a transaction. */
const CONTACT_COLUMNS = `
    email_hash bytea, email_mask text, email_junk boolean, phone_hash bytea, phone_mask text, phone_junk boolean`;

/** What came in, as it came in; it lives as long as the transaction. */
const STAGING_TABLES = `
  CREATE TEMP TABLE staged_lines (
    line integer, order_id text, product_id text, quantity integer, price numeric(12, 2), status smallint
  ) ON COMMIT DROP;
  CREATE TEMP TABLE staged_orders (
    order_id text, customer_id text, ordered_at timestamptz, province text, city text,
    reference text, updated_at timestamptz
  ) ON COMMIT DROP;
  CREATE TEMP TABLE staged_product_facts (
    product_id text, product_name text, lines integer, first_seen timestamptz, last_seen timestamptz,
    sold_at timestamptz, sold_for numeric(12, 2), currency text, category text
  ) ON COMMIT DROP;
  CREATE TEMP TABLE staged_contacts (
    customer_id text, ordered_at timestamptz, customer_name text, ${CONTACT_COLUMNS}
  ) ON COMMIT DROP;
  CREATE TEMP TABLE staged_products (
    line integer, product_id text, product_name text, url text, handle text, variant_id text,
    price numeric(12, 2), currency text, category text, image_url text, available boolean, created_at timestamptz,
    deleted boolean
  ) ON COMMIT DROP;
  CREATE TEMP TABLE staged_variants (
    product_id text, variant_id text, sku text, price numeric(12, 2), available boolean
  ) ON COMMIT DROP;
  CREATE TEMP TABLE staged_customers (
    line integer, customer_id text, customer_name text, ${CONTACT_COLUMNS}, province text, city text,
    marketing_consent boolean, marketing_consent_at timestamptz, deleted boolean
  ) ON COMMIT DROP;`;

/** Where validated records gather before one set of statements merges them. Add, then flush. */
export interface Stage {
  /** @param line where it stood in its source, for the rejects file */
  addOrderLine(order: OrderLine, line: number): void;
  addProduct(product: ProductRecord, line: number): void;
  addCustomer(customer: CustomerRecord, line: number): void;
  /** Sends what has gathered when there is much of it; call often, one call at a time. */
  relieve(): Promise<void>;
  /** Sends all that is left and lets Postgres count it, so that the merge is planned well. */
  finish(): Promise<void>;
}

/** @param client in a transaction; the tables vanish with it */
export async function createStage(client: pg.ClientBase, contacts: ContactReader): Promise<Stage> {
  await client.query(STAGING_TABLES);
  const tables = {
    staged_lines: createCopyText(),
    staged_orders: createCopyText(),
    staged_product_facts: createCopyText(),
    staged_contacts: createCopyText(),
    staged_products: createCopyText(),
    staged_variants: createCopyText(),
    staged_customers: createCopyText(),
  };
  const facts = createProductFacts((row) => tables.staged_product_facts.add(copyLine(row)));
  let last: OrderLine | null = null;
  let lastContact: OrderLine | null = null;
  let sending: Promise<void> = Promise.resolve();
  /** Waits for what is under way, then sends on while the caller reads on. */
  const send = async (least: number) => {
    const full = Object.entries(tables).filter(([, text]) => text.bytes >= least);
    if (full.length === 0) return;
    await sending;
    const batches = full.map(([table, text]) => ({ table, bytes: text.take() }));
    sending = copyBatches(client, batches);
    // A failure is met by whoever waits next.
    sending.catch(() => undefined);
  };
  return {
    addOrderLine: (order, line) => {
      const { order_id, product_id, quantity, price, customer_id } = order;
      tables.staged_lines.add(
        copyLine([line, order_id, product_id, quantity, price, STATUS_CODE[order.status]]),
      );
      // An order's lines usually stand together: its particulars are sent once.
      if (last === null || !sameParticulars(order, last)) {
        const particulars = [order_id, customer_id, timeText(order.ordered_at), order.province, order.city];
        tables.staged_orders.add(copyLine([...particulars, order.reference, timeText(order.updated_at)]));
      }
      last = order;
      facts.add(order, order.category_path.join(LEVEL_SEPARATOR));
      if (customer_id === null || (order.customer_name ?? order.email ?? order.phone) === null) return;
      if (lastContact !== null && sameContact(order, lastContact)) return;
      const who = [customer_id, timeText(order.ordered_at), order.customer_name];
      tables.staged_contacts.add(copyLine([...who, ...contactCells(order, contacts)]));
      lastContact = order;
    },
    addProduct: (p, line) => {
      const category = p.category_path.length === 0 ? null : p.category_path.join(LEVEL_SEPARATOR);
      const described = [p.product_id, p.product_name, p.url, p.handle, p.variant_id, p.price, p.currency];
      const state = [p.deleted ? false : p.available, timeText(p.created_at), p.deleted];
      tables.staged_products.add(copyLine([line, ...described, category, p.image_url, ...state]));
      for (const { variant_id, sku, price, available } of p.variants)
        tables.staged_variants.add(copyLine([p.product_id, variant_id, sku, price, available]));
    },
    addCustomer: (c, line) => {
      const who = [line, c.customer_id, c.customer_name, ...contactCells(c, contacts)];
      const consent = [c.marketing_consent, timeText(c.marketing_consent_at)];
      tables.staged_customers.add(copyLine([...who, c.province, c.city, ...consent, c.deleted]));
    },
    relieve: () => send(BYTES_PER_COPY),
    finish: async () => {
      facts.flush();
      await send(1);
      await sending;
      await client.query(`ANALYZE ${Object.keys(tables).join(', ')}`);
    },
  };
}

function sameParticulars(a: OrderLine, b: OrderLine): boolean {
  return (
    a.order_id === b.order_id &&
    a.customer_id === b.customer_id &&
    a.ordered_at === b.ordered_at &&
    a.province === b.province &&
    a.city === b.city &&
    a.reference === b.reference &&
    a.updated_at === b.updated_at
  );
}

function sameContact(a: OrderLine, b: OrderLine): boolean {
  return (
    a.customer_id === b.customer_id &&
    a.ordered_at === b.ordered_at &&
    a.customer_name === b.customer_name &&
    a.email === b.email &&
    a.phone === b.phone
  );
}

/** CONTACT_COLUMNS. */
function contactCells(
  told: Pick<CustomerRecord, 'email' | 'phone'>,
  contacts: ContactReader,
): (string | boolean | null)[] {
  return CONTACT_KINDS.flatMap((kind) => {
    const contact = contacts.read(kind, told[kind]);
    return contact === null ? [null, null, null] : [`\\x${contact.hash}`, contact.masked, contact.junk];
  });
}

function timeText(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}

interface Batch {
  readonly table: string;
  readonly bytes: Buffer;
}

async function copyBatches(client: pg.ClientBase, batches: readonly Batch[]): Promise<void> {
  for (const batch of batches) await copyRows(client, batch);
}

async function copyRows(client: pg.ClientBase, { table, bytes }: Batch): Promise<void> {
  const stream = client.query(copyFrom(`COPY ${table} FROM STDIN`));
  stream.end(bytes);
  await finished(stream);
}

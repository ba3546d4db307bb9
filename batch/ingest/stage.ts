import { finished } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { createProductFacts } from './productFacts.ts';
import type { CustomerRecord, OrderLine, ProductRecord } from './records.ts';

/** Rows gathered before they are sent: some megabytes of text. */
const ROWS_PER_COPY = 50_000;
const STATUS_CODE = { completed: 0, cancelled: 1, returned: 2 } as const;
const LEVEL_SEPARATOR = '\u001f';

/** What came in, as it came in; it lives as long as the transaction. */
const STAGING_TABLES = `
  CREATE TEMP TABLE staged_lines (
    line integer, order_id text, product_id text, quantity integer, price numeric(12, 2), status smallint
  ) ON COMMIT DROP;
  CREATE TEMP TABLE staged_orders (
    order_id text, customer_id text, ordered_at timestamptz, province text, city text
  ) ON COMMIT DROP;
  CREATE TEMP TABLE staged_product_facts (
    product_id text, product_name text, lines integer, first_seen timestamptz, last_seen timestamptz,
    sold_at timestamptz, sold_for numeric(12, 2), currency text, category text
  ) ON COMMIT DROP;
  CREATE TEMP TABLE staged_contacts (
    customer_id text, customer_name text, email text, phone text
  ) ON COMMIT DROP;
  CREATE TEMP TABLE staged_products (
    line integer, product_id text, product_name text, url text, handle text, variant_id text,
    price numeric(12, 2), currency text, category text, image_url text, available boolean, created_at timestamptz
  ) ON COMMIT DROP;
  CREATE TEMP TABLE staged_customers (
    line integer, customer_id text, customer_name text, email text, phone text, province text, city text
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
export async function createStage(client: pg.ClientBase): Promise<Stage> {
  await client.query(STAGING_TABLES);
  const tables = {
    staged_lines: [] as string[],
    staged_orders: [] as string[],
    staged_product_facts: [] as string[],
    staged_contacts: [] as string[],
    staged_products: [] as string[],
    staged_customers: [] as string[],
  };
  const facts = createProductFacts((row) => tables.staged_product_facts.push(copyLine(row)));
  let lastOrder = '';
  let lastContact = '';
  let sending: Promise<void> = Promise.resolve();
  /** Waits for what is under way, then sends on while the caller reads on. */
  const send = async (least: number) => {
    const full = Object.entries(tables).filter(([, rows]) => rows.length >= least);
    if (full.length === 0) return;
    await sending;
    const batches = full.map(([table, rows]) => ({ table, rows: rows.splice(0) }));
    sending = copyBatches(client, batches);
    // A failure is met by whoever waits next.
    sending.catch(() => undefined);
  };
  return {
    addOrderLine: (order, line) => {
      const { order_id, product_id, quantity, price, customer_id } = order;
      const at = new Date(order.ordered_at).toISOString();
      tables.staged_lines.push(
        copyLine([line, order_id, product_id, quantity, price, STATUS_CODE[order.status]]),
      );
      const header = copyLine([order_id, customer_id, at, order.province, order.city]);
      // An order's lines usually stand together: its particulars are sent once.
      if (header !== lastOrder) tables.staged_orders.push(header);
      lastOrder = header;
      facts.add(order, order.category_path.join(LEVEL_SEPARATOR));
      if (customer_id === null || (order.customer_name ?? order.email ?? order.phone) === null) return;
      const contact = copyLine([customer_id, order.customer_name, order.email, order.phone]);
      if (contact !== lastContact) tables.staged_contacts.push(contact);
      lastContact = contact;
    },
    addProduct: (p, line) => {
      const created = p.created_at === null ? null : new Date(p.created_at).toISOString();
      const category = p.category_path.length === 0 ? null : p.category_path.join(LEVEL_SEPARATOR);
      const described = [p.product_id, p.product_name, p.url, p.handle, p.variant_id, p.price, p.currency];
      tables.staged_products.push(
        copyLine([line, ...described, category, p.image_url, p.available, created]),
      );
    },
    addCustomer: (c, line) => {
      const row = [line, c.customer_id, c.customer_name, c.email, c.phone, c.province, c.city];
      tables.staged_customers.push(copyLine(row));
    },
    relieve: () => send(ROWS_PER_COPY),
    finish: async () => {
      facts.flush();
      await send(1);
      await sending;
      await client.query(`ANALYZE ${Object.keys(tables).join(', ')}`);
    },
  };
}

interface Batch {
  readonly table: string;
  readonly rows: readonly string[];
}

async function copyBatches(client: pg.ClientBase, batches: readonly Batch[]): Promise<void> {
  for (const { table, rows } of batches) await copyRows(client, table, rows);
}

async function copyRows(client: pg.ClientBase, table: string, rows: readonly string[]): Promise<void> {
  const stream = client.query(copyFrom(`COPY ${table} FROM STDIN`));
  stream.end(rows.join(''));
  await finished(stream);
}

type CopyValue = string | number | boolean | null;

/** A line of COPY's text format. */
export function copyLine(values: readonly CopyValue[]): string {
  let line = '';
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as CopyValue;
    if (i > 0) line += '\t';
    if (value === null) line += '\\N';
    else line += typeof value === 'string' ? escaped(value) : String(value);
  }
  return `${line}\n`;
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

function escaped(text: string): string {
  return /[\\\t\n\r]/.test(text) ? text.replace(/[\\\t\n\r]/g, (c) => ESCAPES[c] ?? c) : text;
}

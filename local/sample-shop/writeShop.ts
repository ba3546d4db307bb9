import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { csvRow, inChunks } from './csv.ts';
import type { Shop } from './generateShop.ts';
import type { ShopOrder } from './orders.ts';

/** Paths of the three files. */
export interface ShopFiles {
  orders: string;
  products: string;
  customers: string;
}

const HEADERS = {
  orders: 'order_id,ordered_at,customer_id,product_id,quantity,unit_price,status,province,city\n',
  products:
    'product_id,product_name,department,category,aisle,price,currency,url,handle,image_url,variant_id,available,created_at\n',
  customers: 'customer_id,customer_name,email,phone,province,city\n',
};
/** Level 3 keeps the compressor's thread busier than the generator's by nothing, at 15 % of the size. */
const GZIP_LEVEL = 3;

function* orderRows(orders: Iterable<ShopOrder>): Generator<string, void, undefined> {
  yield HEADERS.orders;
  for (const order of orders) {
    const head = csvRow([order.orderId, new Date(order.orderedAtMs).toISOString(), order.customerId]).slice(
      0,
      -1,
    );
    const tail = csvRow([order.status, order.province, order.city]);
    let rows = '';
    for (const line of order.lines)
      rows += `${head},${line.productId},${line.quantity},${line.unitPrice},${tail}`;
    yield rows;
  }
}

function* productRows(shop: Shop): Generator<string, void, undefined> {
  yield HEADERS.products;
  for (const p of shop.products()) {
    const path = [p.department, p.category, p.aisle];
    const sale = [p.price, p.currency, p.url, p.handle, p.imageUrl, p.variantId, p.available, p.createdAt];
    yield csvRow([p.productId, p.name, ...path, ...sale]);
  }
}

function* customerRows(shop: Shop): Generator<string, void, undefined> {
  yield HEADERS.customers;
  for (const c of shop.customers())
    yield csvRow([c.customerId, c.name, c.email, c.phone, c.province, c.city]);
}

async function writeGzip(path: string, rows: Iterable<string>): Promise<void> {
  await pipeline(Readable.from(inChunks(rows)), createGzip({ level: GZIP_LEVEL }), createWriteStream(path));
}

function* watched<T>(items: Iterable<T>, see: (item: T) => void): Generator<T, void, undefined> {
  for (const item of items) {
    see(item);
    yield item;
  }
}

/** Writes orders.csv.gz, products.csv.gz and customers.csv.gz into the folder, as streams. `see` is shown every order. */
export async function writeShop(
  shop: Shop,
  folder: string,
  see?: (order: ShopOrder) => void,
): Promise<ShopFiles> {
  await mkdir(folder, { recursive: true });
  const path = (name: keyof ShopFiles) => join(folder, `${name}.csv.gz`);
  const files = { orders: path('orders'), products: path('products'), customers: path('customers') };
  await writeGzip(files.products, productRows(shop));
  await writeGzip(files.customers, customerRows(shop));
  await writeGzip(files.orders, orderRows(see === undefined ? shop.orders() : watched(shop.orders(), see)));
  return files;
}

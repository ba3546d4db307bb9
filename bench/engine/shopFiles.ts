import { createWriteStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { z } from 'zod';
import { type Interactions, timeKindOf } from '../../local/engine/interactions.ts';
import { numberByCount, renumbered } from '../../local/engine/number-items.ts';
import type { TrainingInput } from '../../local/engine/train.ts';
import type { Shop } from '../../local/sample-shop/generateShop.ts';

const Facts = z.object({
  users: z.number(),
  items: z.number(),
  lines: z.number(),
  names: z.array(z.string()),
  categories: z.array(z.array(z.string())),
  prices: z.array(z.number()),
});

const LINES_AT_ONCE = 65_536;

/**
 * Writes a generated shop as columns, so that the measured process starts with the data and nothing else.
 * Streams: at most LINES_AT_ONCE lines are held. Answers the number of lines that have a customer and count,
 * at most `most`.
 */
export async function writeShopFiles(
  shop: Shop,
  folder: string,
  most = Number.POSITIVE_INFINITY,
): Promise<number> {
  const products = [...shop.products()];
  const itemOf = new Map(products.map((product, index) => [product.productId, index]));
  const userOf = new Map<string, number>();
  const places: Int32Array[] = [new Int32Array(shop.size.users), new Int32Array(shop.size.users)];
  const codes = [new Map<string, number>(), new Map<string, number>()];
  for (const customer of shop.customers()) {
    const user = userOf.size;
    userOf.set(customer.customerId, user);
    [customer.province, customer.city].forEach((name, at) => {
      const known = codes[at] ?? new Map<string, number>();
      if (!known.has(name)) known.set(name, known.size);
      (places[at] ?? new Int32Array(0))[user] = known.get(name) ?? -1;
    });
  }
  const columns = ['users', 'items', 'times'].map((name) => createWriteStream(join(folder, name)));
  const buffers = columns.map(() => new Uint32Array(LINES_AT_ONCE));
  let held = 0;
  let lines = 0;
  const flush = async () => {
    for (const [at, column] of columns.entries()) {
      const bytes = Buffer.from((buffers[at] ?? new Uint32Array(0)).slice(0, held).buffer);
      await new Promise<void>((resolve, reject) =>
        column.write(bytes, (error) => (error ? reject(error) : resolve())),
      );
    }
    lines += held;
    held = 0;
  };
  const [users, items, times] = buffers;
  if (users === undefined || items === undefined || times === undefined) return 0;
  for (const order of shop.orders()) {
    if (order.customerId === null || order.status !== 'completed') continue;
    for (const line of order.lines) {
      if (lines + held === most) break;
      users[held] = userOf.get(order.customerId) ?? 0;
      items[held] = itemOf.get(line.productId) ?? 0;
      times[held] = Math.floor(order.orderedAtMs / 1000);
      held += 1;
      if (held === LINES_AT_ONCE) await flush();
    }
  }
  await flush();
  for (const column of columns) await finished(column.end());
  for (const [at, codesOfUsers] of places.entries())
    await writeFile(join(folder, `place${at}`), codesOfUsers);
  const facts: z.infer<typeof Facts> = {
    users: shop.size.users,
    items: products.length,
    lines,
    names: products.map((product) => product.name),
    categories: products.map((product) => [product.department, product.category, product.aisle]),
    prices: products.map((product) => product.price),
  };
  await writeFile(join(folder, 'facts.json'), JSON.stringify(facts));
  return lines;
}

async function readColumn(folder: string, name: string): Promise<ArrayBuffer> {
  const bytes = await readFile(join(folder, name));
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
}

/** The shop as the engine takes it. */
export async function readShopFiles(
  folder: string,
): Promise<Pick<TrainingInput, 'interactions' | 'userIds' | 'itemIds' | 'itemFacts' | 'userFacts'>> {
  const facts = Facts.parse(JSON.parse(await readFile(join(folder, 'facts.json'), 'utf8')));
  const times = new Uint32Array(await readColumn(folder, 'times'));
  const items = new Int32Array(await readColumn(folder, 'items'));
  // As the stand-in numbers them.
  const numbers = numberByCount(items, facts.items);
  for (let line = 0; line < items.length; line += 1) items[line] = numbers[items[line] as number] as number;
  const interactions: Interactions = {
    userCount: facts.users,
    itemCount: facts.items,
    length: facts.lines,
    users: new Int32Array(await readColumn(folder, 'users')),
    items,
    times,
    timeKind: timeKindOf(times),
  };
  const attributes = await Promise.all(
    ['province', 'city'].map(async (name, at) => ({
      name,
      codes: new Int32Array(await readColumn(folder, `place${at}`)),
    })),
  );
  return {
    interactions,
    userIds: Array.from({ length: facts.users }, (_, user) => String(user + 1)),
    itemIds: renumbered(
      Array.from({ length: facts.items }, (_, item) => String(item + 1)),
      numbers,
    ),
    itemFacts: {
      names: renumbered(facts.names, numbers),
      categories: renumbered(facts.categories, numbers),
      prices: Float64Array.from(renumbered(facts.prices, numbers)),
    },
    userFacts: { attributes },
  };
}

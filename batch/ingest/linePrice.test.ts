import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../local/testing/database.ts';
import { type IngestFixture, openIngestFixture } from './ingestFixture.ts';

let database: TestDatabase;
let shop: IngestFixture;

beforeEach(async () => {
  database = await createTestDatabase();
  shop = await openIngestFixture(database.url);
});
afterEach(async () => {
  await shop.close();
  await database.drop();
});

const prices = async () =>
  (await shop.query('SELECT price::float8 FROM order_lines ORDER BY order_id')).map(({ price }) => price);

describe('a line without a price', () => {
  it('is priced by its total, else kept as one without a price', async () => {
    const header = 'order_id,date,customer_id,sku,qty,price,line_total\n';
    const rows = '1,2025-01-02,ann,A1,2,3,\n2,2025-01-02,ann,A1,2,,8\n3,2025-01-02,ann,A1,2,NULL,\n';
    const summary = await shop.ingest({ orders: await shop.write('orders.csv', header + rows) });
    expect(summary.lines).toMatchObject({ read: 3, accepted: 3, rejected: 0, sales: 3 });
    expect(await prices()).toEqual([3, 4, 0]);
    expect(summary.notes.join()).toContain('1 of the sales have no price');
  });
});

import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findColumns } from './columns.ts';
import { ORDER_FIELDS } from './fields.ts';
import { readMapping } from './mapping.ts';

const columnsOf = (header: string[], mapping: Record<string, string> = {}) =>
  findColumns({
    file: 'orders.csv',
    header,
    fields: ORDER_FIELDS,
    mapping,
    required: ['order_id', 'ordered_at', 'product_id'],
  });

async function mappingFile(text: string): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'mapping-')), 'mapping.json');
  await writeFile(path, text);
  return path;
}

describe('findColumns', () => {
  it.each([
    [['order_id', 'ordered_at', 'product_id', 'quantity', 'unit_price']],
    [['InvoiceNo', 'InvoiceDate', 'StockCode', 'Quantity', 'UnitPrice']],
    [['Order No.', 'Date', 'SKU', 'Qty', 'Price']],
    [['\uFEFFORDER ID', 'created at', 'Lineitem sku', 'Lineitem quantity', 'Lineitem price']],
  ])('recognises %j', (header) => {
    const found = columnsOf(header);
    expect([found.order_id, found.ordered_at, found.product_id, found.quantity, found.unit_price]).toEqual([
      0, 1, 2, 3, 4,
    ]);
  });

  it('prefers the unified customer id', () => {
    expect(columnsOf(['customer_id', 'unified_customer_id', 'order_id', 'date', 'sku']).customer_id).toBe(1);
  });

  it('lets the mapping win, and does not use its column twice', () => {
    const found = columnsOf(['order_id', 'date', 'sku', 'country', 'state'], {
      province: 'Country',
      status: 'state',
    });
    expect([found.province, found.status, found.country]).toEqual([3, 4, -1]);
  });

  it('names what is missing and what there is', () => {
    expect(() => columnsOf(['a', 'b'])).toThrow(/order_id, ordered_at, product_id.*a, b/s);
    expect(() => columnsOf(['order_id', 'date', 'sku'], { city: 'town' })).toThrow(/no column "town".*city/);
  });

  it('does not repeat the data of a file without header', () => {
    expect(() => columnsOf(['536365', 'jane@example.org'])).toThrow(/^(?!.*jane)/s);
  });

  it('does not repeat it either where the mapping names a column that is not there', () => {
    const find = () => columnsOf(['536365', 'jane@example.org'], { order_id: 'Beleg' });
    expect(find).toThrow(
      expect.objectContaining({ code: 'column_missing', remedy: expect.not.stringContaining('jane') }),
    );
  });
});

describe('readMapping', () => {
  it('is empty without a file', async () => {
    expect(await readMapping(null)).toMatchObject({ columns: {}, dates: null, decimal: '.' });
  });

  it('lists every unknown field with those allowed', async () => {
    const path = await mappingFile('{"columns": {"provinz": "x", "stadt": "y"}, "datez": "dmy"}');
    await expect(readMapping(path)).rejects.toThrow(/provinz.*allowed: order_id.*stadt.*datez/s);
  });

  it('says when it is not JSON', async () => {
    await expect(readMapping(await mappingFile('columns: x'))).rejects.toMatchObject({
      code: 'mapping_unreadable',
    });
  });
});

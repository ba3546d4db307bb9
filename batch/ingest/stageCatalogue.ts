import { CUSTOMER_FIELDS, PRODUCT_FIELDS } from './fields.ts';
import type { Mapping } from './mapping.ts';
import { readCustomer } from './readCustomer.ts';
import { readProduct } from './readProduct.ts';
import { type RowCounts, type StageTarget, stageFile } from './stageFile.ts';

/** Streams a products file into the stage. */
export function stageProducts(path: string, mapping: Mapping, target: StageTarget): Promise<RowCounts> {
  return stageFile(
    {
      path,
      delimiter: mapping.delimiter,
      fields: PRODUCT_FIELDS,
      mapping: mapping.products,
      required: ['product_id'],
      begin: (columns) => (row) => {
        const product = readProduct(row.cells, columns, mapping);
        if ('rejected' in product) return product;
        target.stage.addProduct(product, row.line);
        return null;
      },
    },
    target,
  );
}

/** Streams a customers file into the stage. */
export function stageCustomers(path: string, mapping: Mapping, target: StageTarget): Promise<RowCounts> {
  return stageFile(
    {
      path,
      delimiter: mapping.delimiter,
      fields: CUSTOMER_FIELDS,
      mapping: mapping.customers,
      required: ['customer_id'],
      begin: (columns) => (row) => {
        const customer = readCustomer(row.cells, columns);
        if ('rejected' in customer) return customer;
        target.stage.addCustomer(customer, row.line);
        return null;
      },
    },
    target,
  );
}

import { CUSTOMER_FIELDS, ORDER_FIELDS, PRODUCT_FIELDS } from './fields.ts';
import type { ColumnSpec, Mapping } from './mapping.ts';
import type { CustomerRecord, OrderLine, ProductRecord } from './records.ts';

/** What a source gives, in the order in which it is read: orders name products and customers. */
export const KINDS = ['products', 'customers', 'orders'] as const;
export type Kind = (typeof KINDS)[number];

export interface RecordOf {
  readonly products: ProductRecord;
  readonly customers: CustomerRecord;
  readonly orders: OrderLine;
}

/** The fields a kind's columns may mean, those it cannot do without, and the mapping's word on them. */
export const FIELDS_OF: {
  readonly [K in Kind]: {
    readonly fields: Readonly<Record<string, readonly string[]>>;
    readonly required: readonly string[];
    readonly mapped: (mapping: Mapping) => Readonly<Record<string, ColumnSpec>>;
  };
} = {
  products: { fields: PRODUCT_FIELDS, required: ['product_id'], mapped: (mapping) => mapping.products },
  customers: { fields: CUSTOMER_FIELDS, required: ['customer_id'], mapped: (mapping) => mapping.customers },
  orders: {
    fields: ORDER_FIELDS,
    required: ['order_id', 'ordered_at', 'product_id'],
    mapped: (mapping) => mapping.columns,
  },
};

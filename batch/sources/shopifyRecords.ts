import { z } from 'zod';
import type { Kind } from '../ingest/kinds.ts';
import { Mapping } from '../ingest/mapping.ts';

const Text = z.string().nullish();
const Place = z.object({ province: Text, city: Text }).nullish();

/** Everything may be missing: what is not there is null, and a record without its id is rejected by the reader. */
const LineNode = z.object({
  title: Text,
  sku: Text,
  quantity: z.number().nullish(),
  currentQuantity: z.number().nullish(),
  product: z.object({ legacyResourceId: Text }).nullish(),
  discountedUnitPriceSet: z.object({ shopMoney: z.object({ amount: Text }) }).nullish(),
});
const OrderNode = z.object({
  legacyResourceId: Text,
  name: Text,
  createdAt: Text,
  processedAt: Text,
  updatedAt: Text,
  cancelledAt: Text,
  test: z.boolean().nullish(),
  displayFinancialStatus: Text,
  currencyCode: Text,
  email: Text,
  phone: Text,
  customer: z.object({ legacyResourceId: Text, displayName: Text }).nullish(),
  shippingAddress: Place,
  billingAddress: Place,
});
const CustomerNode = z.object({
  legacyResourceId: Text,
  displayName: Text,
  updatedAt: Text,
  defaultEmailAddress: z
    .object({ emailAddress: Text, marketingState: Text, marketingUpdatedAt: Text })
    .nullish(),
  defaultPhoneNumber: z.object({ phoneNumber: Text }).nullish(),
  defaultAddress: Place,
});
const ProductNode = z.object({
  legacyResourceId: Text,
  title: Text,
  handle: Text,
  status: Text,
  onlineStoreUrl: Text,
  productType: Text,
  createdAt: Text,
  category: z.object({ fullName: Text }).nullish(),
  featuredMedia: z
    .object({ preview: z.object({ image: z.object({ url: Text }).nullish() }).nullish() })
    .nullish(),
});
const VariantNode = z.object({
  legacyResourceId: Text,
  sku: Text,
  price: Text,
  availableForSale: z.boolean().nullish(),
});

/** A root object with its children: an order with its lines, a product with its variants. */
export interface ShopifyNode {
  readonly root: unknown;
  readonly children: readonly unknown[];
}

/** How the records below are read. */
export const SHOPIFY_MAPPING = Mapping.parse({
  products: {
    variant_id: 'variants[].variant_id',
    sku: 'variants[].sku',
    price: 'variants[].price',
    available: 'variants[].available',
  },
  columns: { product_id: 'items[].product_id' },
});

/** An answer's object in the words of our fields; undefined when it is no such object. */
export function shopifyRecord(kind: Kind, node: ShopifyNode, currency: string): object | undefined {
  try {
    if (kind === 'orders') return orderOf(node);
    return kind === 'products' ? productOf(node, currency) : customerOf(node);
  } catch {
    return undefined;
  }
}

function orderOf({ root, children }: ShopifyNode): object {
  const order = OrderNode.parse(root);
  const place = order.shippingAddress ?? order.billingAddress;
  const status = statusOf(order);
  return {
    order_id: order.legacyResourceId,
    reference: order.name,
    ordered_at: order.processedAt ?? order.createdAt,
    updated_at: order.updatedAt,
    customer_id: order.customer?.legacyResourceId,
    customer_name: order.customer?.displayName,
    email: order.email,
    phone: order.phone,
    province: place?.province,
    city: place?.city,
    currency: order.currencyCode,
    items: children.map((child) => lineOf(LineNode.parse(child), status)),
  };
}

/** Orders of the test gateway were never bought. */
function statusOf({ cancelledAt, test, displayFinancialStatus }: z.infer<typeof OrderNode>): string {
  if (cancelledAt || test === true || /^(VOIDED|EXPIRED)$/.test(displayFinancialStatus ?? ''))
    return 'cancelled';
  return displayFinancialStatus === 'REFUNDED' ? 'returned' : 'completed';
}

/** `currentQuantity` is what is left after refunds and removals; a line of which nothing is left came back. */
function lineOf(line: z.infer<typeof LineNode>, status: string): object {
  const left = line.currentQuantity ?? line.quantity ?? 0;
  return {
    // A product that has been deleted is known by its stock keeping unit only.
    product_id: line.product?.legacyResourceId ?? line.sku,
    product_name: line.title,
    quantity: left > 0 ? left : (line.quantity ?? 0),
    unit_price: line.discountedUnitPriceSet?.shopMoney.amount,
    status: status === 'completed' && left <= 0 ? 'returned' : status,
  };
}

function customerOf({ root }: ShopifyNode): object {
  const customer = CustomerNode.parse(root);
  const consent = customer.defaultEmailAddress?.marketingState;
  return {
    customer_id: customer.legacyResourceId,
    customer_name: customer.displayName,
    email: customer.defaultEmailAddress?.emailAddress,
    phone: customer.defaultPhoneNumber?.phoneNumber,
    province: customer.defaultAddress?.province,
    city: customer.defaultAddress?.city,
    marketing_consent: consent ? consent === 'SUBSCRIBED' : null,
    marketing_consent_at: customer.defaultEmailAddress?.marketingUpdatedAt,
    updated_at: customer.updatedAt,
  };
}

function productOf({ root, children }: ShopifyNode, currency: string): object {
  const product = ProductNode.parse(root);
  const active = product.status === 'ACTIVE';
  const variants = children.map((child) => VariantNode.parse(child));
  return {
    product_id: product.legacyResourceId,
    product_name: product.title,
    handle: product.handle,
    url: product.onlineStoreUrl ?? (product.handle ? `/products/${product.handle}` : null),
    category: product.category?.fullName ?? product.productType,
    image_url: product.featuredMedia?.preview?.image?.url,
    created_at: product.createdAt,
    currency,
    variants: variants.map(({ legacyResourceId, sku, price, availableForSale }) => ({
      variant_id: legacyResourceId,
      sku,
      price,
      available: active && availableForSale === true,
    })),
  };
}

import type { OrderStatus } from './status.ts';

/** One validated line of an order, whatever it came from. Lines of one order may arrive in any order. */
export interface OrderLine {
  readonly order_id: string;
  /** Milliseconds since 1970, UTC. */
  readonly ordered_at: number;
  /** The source's own id of the customer; null for a guest order. */
  readonly customer_id: string | null;
  readonly product_id: string;
  readonly product_name: string | null;
  /** Negative for goods that came back. */
  readonly quantity: number;
  /** Of one piece; null when the source does not say. */
  readonly price: number | null;
  readonly status: OrderStatus;
  readonly province: string | null;
  readonly city: string | null;
  readonly currency: string | null;
  /** Department first. */
  readonly category_path: readonly string[];
  readonly customer_name: string | null;
  readonly email: string | null;
  readonly phone: string | null;
  /** The number another system knows the order by, such as the shop's own that an ERP repeats. */
  readonly reference: string | null;
  /** Milliseconds since 1970, UTC: when the source last changed the order. */
  readonly updated_at: number | null;
}

/** One of the forms a product is sold in. */
export interface ProductVariant {
  readonly variant_id: string;
  readonly sku: string | null;
  readonly price: number | null;
  readonly available: boolean | null;
}

/** A product as its shop describes it; null where the file says nothing, which changes nothing. */
export interface ProductRecord {
  readonly product_id: string;
  readonly product_name: string | null;
  readonly url: string | null;
  readonly handle: string | null;
  readonly variant_id: string | null;
  readonly price: number | null;
  readonly currency: string | null;
  readonly category_path: readonly string[];
  readonly image_url: string | null;
  readonly available: boolean | null;
  readonly created_at: number | null;
  readonly variants: readonly ProductVariant[];
  /** The source has it no more: it becomes unavailable. Everything but its id may be null. */
  readonly deleted: boolean;
}

/** Names, e-mails and phones go to Postgres and nowhere else. */
export interface CustomerRecord {
  readonly customer_id: string;
  readonly customer_name: string | null;
  readonly email: string | null;
  readonly phone: string | null;
  readonly province: string | null;
  readonly city: string | null;
  /** Whether the customer agreed to be written to. */
  readonly marketing_consent: boolean | null;
  /** Milliseconds since 1970, UTC: since when that holds; null: the source does not say. */
  readonly marketing_consent_at: number | null;
  /** The source has them no more. */
  readonly deleted: boolean;
}

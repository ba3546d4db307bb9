import { z } from 'zod';

const Interval = z.tuple([z.number(), z.number(), z.number()]);

/** One list maker's figures over customers with such purchases, each figure with its 95 % interval. */
const Measure = z.object({
  customers: z.int(),
  /** Share of customers with a hit in the top ten. */
  hit_rate: Interval,
  ndcg: Interval,
  /** Mean difference of NDCG to popularity's, customer by customer. */
  over_popularity: Interval,
});
export type Measure = z.infer<typeof Measure>;

/** `all` purchases; `first` of a product by a customer, `repeat` of one bought before. */
export const PURCHASES = ['all', 'first', 'repeat'] as const;
export type PurchaseKind = (typeof PURCHASES)[number];

const Contestant = z.object({
  /** `published`: the very lists readers had; the others are remade to the cut-off. */
  name: z.enum(['published', 'aws', 'embedded', 'popularity']),
  /** Which engine made the lists; null: none. */
  engine: z.enum(['aws', 'embedded']).nullable(),
  all: Measure,
  first: Measure,
  repeat: Measure,
});
export type Contestant = z.infer<typeof Contestant>;

/** Lists made from orders up to a cut-off, scored on the orders after it. */
export const Evaluation = z.object({
  /** `orders_since`: orders since the live snapshot; `holdout`: the last weeks, kept from the list makers. */
  kind: z.enum(['orders_since', 'holdout']),
  /** ISO 8601. */
  cut_off: z.string(),
  until: z.string(),
  /** Customers with orders on both sides of the cut-off that were scored. */
  customers: z.int(),
  contestants: z.array(Contestant),
});
export type Evaluation = z.infer<typeof Evaluation>;

/** With fewer customers an evaluation says nothing. */
export const LEAST_CUSTOMERS = 100;

import * as z from 'zod';
import { lazily } from '../lazily.ts';
import { PLACEMENTS } from '../rules/placement.ts';
import { RECOMMENDATION_FIELDS } from './recommendationFields.ts';
import { textUpTo } from './text.ts';

const LONGEST_ID = 256;
const LARGEST_LIMIT = 100;
const LARGEST_OFFSET = 1_000;
const LONGEST_NAME = 200;
const MOST_PRODUCTS = 200;
const MOST_SLOTS = 8;

/** A whole number as it is written in an address. */
export const whole = (least: number, most: number) => {
  const error = `must be a whole number from ${least} to ${most}`;
  return z
    .string()
    .regex(/^\d{1,15}$/, error)
    .transform(Number)
    .pipe(z.int().min(least, error).max(most, error));
};
const money = lazily(() =>
  z
    .string()
    .regex(/^\d{1,9}(\.\d{1,4})?$/, 'must be an amount such as 499 or 12.50')
    .transform(Number)
    .pipe(z.number().min(0).meta({ maximum: 999_999_999.9999, multipleOf: 0.0001 })),
);
const name = lazily(() =>
  textUpTo(LONGEST_NAME, `must not be longer than ${LONGEST_NAME} characters`).transform(
    (text) => text.trim() || null,
  ),
);
const flag = lazily(() =>
  z.enum(['0', '1', 'false', 'true'], 'must be 0 or 1').transform((text) => text === '1' || text === 'true'),
);
const id = lazily(() => textUpTo(LONGEST_ID, `must not be longer than ${LONGEST_ID} characters`));
const maybeId = lazily(() => id().transform((text) => text.trim() || null));

function listOf(text: string): string[] {
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}
const productIds = lazily(() =>
  z
    .string()
    .transform(listOf)
    .pipe(
      z
        .array(
          textUpTo(LONGEST_ID, `must hold ids of at most ${LONGEST_ID} characters`).meta({
            pattern: '^[^,]*$',
          }),
        )
        .max(MOST_PRODUCTS, `must not name more than ${MOST_PRODUCTS} products`),
    ),
);
const fields = lazily(() =>
  z
    .string()
    .transform(listOf)
    .pipe(z.array(z.enum(RECOMMENDATION_FIELDS, `must name some of ${RECOMMENDATION_FIELDS.join(', ')}`))),
);

/** One list of a page: a read, and how many items of it. */
const Slot = lazily(() =>
  z
    .string()
    .regex(
      new RegExp(`^(${PLACEMENTS.join('|')})(:([1-9]\\d?|100))?$`),
      `must hold reads, each perhaps with a number from 1 to 100, such as user:8,similar:4; reads are ${PLACEMENTS.join(', ')}`,
    ),
);
const slots = lazily(() =>
  z
    .string('must name the lists of the page, such as user:8,similar:4')
    .transform(listOf)
    .pipe(
      z
        .array(Slot())
        .min(1, 'must name the lists of the page, such as user:8,similar:4')
        .max(MOST_SLOTS, `must not name more than ${MOST_SLOTS} lists`),
    ),
);

/** 1: refuse parameters nobody knows, instead of naming them in `warnings`. */
export const Strict = lazily(() => z.object({ strict: flag().optional() }));

/** Of every read. */
const Common = lazily(() =>
  Strict().extend({
    /** The system whose ids are given; without it ids of any system are accepted. */
    id_source: z
      .string()
      .regex(/^[\w.:-]{1,64}$/, 'must be the name of a system: at most 64 letters, digits and . : _ -')
      .optional(),
  }),
);

/** Of every list: how long, what to leave out, what may be in it, and what to say of each item. */
const Listed = lazily(() =>
  Common().extend({
    limit: whole(1, LARGEST_LIMIT).optional(),
    /** Older name of `limit`. */
    numResults: whole(1, LARGEST_LIMIT).optional(),
    /** Product ids, comma-separated or repeated. */
    exclude: productIds().optional(),
    price_min: money().optional(),
    price_max: money().optional(),
    /** 0: sold-out products too. */
    in_stock: flag().optional(),
    province: name().optional(),
    city: name().optional(),
    category: name().optional(),
    fields: fields().optional(),
  }),
);
const Paged = lazily(() => Listed().extend({ offset: whole(0, LARGEST_OFFSET).optional() }));
/** Products being looked at. */
const context = lazily(() => productIds().optional());

export const UserQuery = lazily(() =>
  Paged().extend({
    /** 1: leave out what the customer bought; lists otherwise hold what is due to be bought again. */
    exclude_bought: flag().optional(),
    context: context(),
  }),
);
/** Of `popular`, `by-location` and `trending`. */
export const PopularQuery = Paged;
/** Of `similar` and `cart`: the products the list is about; none of them is in the answer. */
export const ProductsQuery = lazily(() =>
  Paged().extend({ items: productIds().optional(), context: context() }),
);
/** A customer in a session. */
export const NextQuery = lazily(() => UserQuery().extend({ user: maybeId().optional() }));
/** Several lists for one page. */
export const PageQuery = lazily(() =>
  Listed().extend({
    slots: slots(),
    user: maybeId().optional(),
    exclude_bought: flag().optional(),
    items: productIds().optional(),
    context: context(),
  }),
);
export const AnalyticsQuery = lazily(() =>
  Common().extend({
    limit: whole(1, LARGEST_LIMIT).optional(),
    offset: whole(0, LARGEST_OFFSET).optional(),
  }),
);
export const PairsQuery = lazily(() => AnalyticsQuery().extend({ product_id: id().optional() }));
export const MetricsQuery = Common;

/** A customer's or product's id in a path: any text up to LONGEST_ID characters; blank means none. */
export const PathId = maybeId;

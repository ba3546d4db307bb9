import * as z from 'zod';

const LONGEST_ID = 256;
const LARGEST_LIMIT = 100;
const LARGEST_OFFSET = 1_000;
const LONGEST_NAME = 200;
const MOST_PRODUCTS = 200;

const whole = (least: number, most: number) => {
  const error = `must be a whole number from ${least} to ${most}`;
  return z
    .string()
    .regex(/^\d{1,6}$/, error)
    .transform(Number)
    .pipe(z.int().min(least, error).max(most, error));
};
const name = z
  .string()
  .max(LONGEST_NAME, `must not be longer than ${LONGEST_NAME} characters`)
  .transform((text) => text.trim() || null);
const flag = z
  .enum(['0', '1', 'false', 'true'], 'must be 0 or 1')
  .transform((text) => text === '1' || text === 'true');
const productIds = z
  .string()
  .transform((text) =>
    text
      .split(',')
      .map((id) => id.trim())
      .filter((id) => id !== ''),
  )
  .pipe(
    z
      .array(z.string().max(LONGEST_ID, `must hold ids of at most ${LONGEST_ID} characters`))
      .max(MOST_PRODUCTS, `must not name more than ${MOST_PRODUCTS} products`),
  );

/** Which stretch of a list, and what to leave out. */
const Paging = z.object({
  limit: whole(1, LARGEST_LIMIT).optional(),
  /** Older name of `limit`. */
  numResults: whole(1, LARGEST_LIMIT).optional(),
  offset: whole(0, LARGEST_OFFSET).optional(),
  /** Product ids, comma-separated or repeated. */
  exclude: productIds.optional(),
});

const Place = z.object({ province: name.optional(), city: name.optional() });

export const UserQuery = Paging.extend(Place.shape).extend({
  /** 1: leave out what the customer bought; lists otherwise hold what is due to be bought again. */
  exclude_bought: flag.optional(),
});
/** Of `similar` and `popular`. */
export const CategoryQuery = Paging.extend(Place.shape).extend({
  /** Where an unknown product would stand: a category's name, or its path joined by `>`. */
  category: name.optional(),
});
/** Products in a cart; none of them is in the answer. */
export const CartQuery = CategoryQuery.extend({ items: productIds.optional() });
/** A customer in a session: `context` are the products being looked at. */
export const NextQuery = UserQuery.extend({
  user: z
    .string()
    .max(LONGEST_ID, `must not be longer than ${LONGEST_ID} characters`)
    .transform((text) => text.trim() || null)
    .optional(),
  context: productIds.optional(),
});
export const PlaceQuery = Paging.extend(Place.shape);
export const PairsQuery = z.object({
  limit: whole(1, LARGEST_LIMIT).optional(),
  product_id: z.string().max(LONGEST_ID, `must not be longer than ${LONGEST_ID} characters`).optional(),
});

/** A customer's or product's id in a path: any text up to LONGEST_ID characters; blank means none. */
export const PathId = z
  .string()
  .max(LONGEST_ID, `must not be longer than ${LONGEST_ID} characters`)
  .transform((text) => text.trim() || null);

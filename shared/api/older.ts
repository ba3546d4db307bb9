import * as z from 'zod';
import { textUpTo } from './text.ts';

/** What clients of the older service read; new ones use /api/v1/personalize. */
export const OlderAnswer = z.object({
  message: z.string(),
  recommendations: z.array(
    z.object({
      product_id: z.string(),
      /** Chance of a purchase, where the list has one. */
      probability: z.number().nullable(),
      product_name: z.string(),
      department: z.string().nullable(),
      aisle: z.string().nullable(),
    }),
  ),
});
export type OlderAnswer = z.infer<typeof OlderAnswer>;

const error = 'must be a text of at most 256 characters';
/** Body of the older POST /submit. */
export const OlderSubmit = z.object({
  user_id: z.union([textUpTo(256, error), z.int().transform(String)], error),
  event: z.literal('get_recommendations', 'must be "get_recommendations"'),
});

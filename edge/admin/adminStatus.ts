import * as z from 'zod';
import { StatusAnswer } from '../../shared/api/status.ts';

/** Everything that is known of the service, and how this isolate did lately; null: too few answers to tell. */
export const AdminStatus = StatusAnswer.extend({
  rates: z.object({
    answers: z.int(),
    fallback: z.number().nullable(),
    unknown_ids: z.number().nullable(),
    degraded: z.number().nullable(),
  }),
});
export type AdminStatus = z.infer<typeof AdminStatus>;

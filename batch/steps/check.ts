import { ListDatasetGroupsCommand } from '@aws-sdk/client-personalize';
import { z } from 'zod';
import { TRAINABLE_LINES } from '../db/trainable.ts';
import { BatchError } from '../errors.ts';
import { callPatiently } from '../personalize/patience.ts';
import { checkBucket } from '../storage/objectStore.ts';
import type { Step, StepContext } from './step.ts';

const Counts = z.object({
  customers: z.coerce.number(),
  customers_with_two_interactions: z.coerce.number(),
  interactions: z.coerce.number(),
});
type Counts = z.infer<typeof Counts>;

/** Personalize's minimums (developer guide, "Endpoints and quotas"). */
const MIN_INTERACTIONS = 1000;
const MIN_REPEAT_CUSTOMERS = 25;

/** Everything the run needs is within reach, and there is something to learn from. Writes nothing. */
export const checkStep: Step = {
  name: 'check',
  run: async (context) => {
    const counts = await countTrainable(context);
    refuseTooLittle(counts, context.config.personalize.engine);
    await checkBucket(context.s3);
    await checkPersonalize(context);
    return counts;
  },
};

async function countTrainable({ pool }: StepContext): Promise<Counts> {
  // customers_with_two_interactions have two or more: that is how Personalize counts.
  const answer = await pool.query(
    `SELECT count(*) AS customers, count(*) FILTER (WHERE lines > 1) AS customers_with_two_interactions,
            coalesce(sum(lines), 0) AS interactions
     FROM (SELECT count(*) AS lines FROM (${TRAINABLE_LINES}) AS t GROUP BY customer_number) AS by_customer`,
  );
  return Counts.parse(answer.rows[0]);
}

function refuseTooLittle(counts: Counts, engine: 'aws' | 'embedded'): void {
  if (counts.interactions === 0) {
    throw new BatchError({
      code: 'no_trainable_orders',
      message:
        'there is nothing to learn from: no completed order of a known customer has a line with a recommendable product, a quantity above 0 and a price',
      remedy: 'load orders first: npm run batch -- ingest --orders FILE (guest orders alone do not suffice)',
      final: true,
    });
  }
  const short =
    counts.interactions < MIN_INTERACTIONS || counts.customers_with_two_interactions < MIN_REPEAT_CUSTOMERS;
  if (engine === 'aws' && short) {
    throw new BatchError({
      code: 'too_little_data',
      message: `Amazon Personalize wants ${MIN_INTERACTIONS} interactions and ${MIN_REPEAT_CUSTOMERS} customers with two or more; there are ${counts.interactions} and ${counts.customers_with_two_interactions}`,
      remedy: 'use the embedded engine until there are more orders (set AWS_ENDPOINT_URL_PERSONALIZE to it)',
      final: true,
    });
  }
}

async function checkPersonalize(context: StepContext): Promise<void> {
  const { personalize, signal } = context;
  await callPatiently(context, 'looking for dataset groups', () =>
    personalize.send(new ListDatasetGroupsCommand({ maxResults: 1 }), { abortSignal: signal }),
  );
}

import type { ClientBase } from 'pg';
import { z } from 'zod';
import { TRAINABLE_LINES } from '../db/trainable.ts';

const Figures = z.object({
  customers: z.coerce.number(),
  customers_with_two_interactions: z.coerce.number(),
  interactions: z.coerce.number(),
  /** Lines of a customer that only one in twenty exceeds. */
  usual_most: z.coerce.number(),
  bulk_customers: z.coerce.number(),
  bulk_lines: z.coerce.number(),
  bulk_examples: z.array(z.int()),
});
/** What there is to learn from, and who bought how much of it. */
export type TrainingFigures = z.infer<typeof Figures>;

/** Lines of a customer that no household buys, whatever the others do. */
const LEAST_BULK = 500;
const TIMES_USUAL = 10;

/** One pass over all trainable lines. customers_with_two_interactions have two or more: so Personalize counts. */
export async function readTrainingFigures(client: Pick<ClientBase, 'query'>): Promise<TrainingFigures> {
  const answer = await client.query(
    `WITH by_customer AS MATERIALIZED (
       SELECT customer_number, count(*) AS lines FROM (${TRAINABLE_LINES}) AS t GROUP BY customer_number),
     usual AS (SELECT coalesce(percentile_disc(0.95) WITHIN GROUP (ORDER BY lines), 0) AS most FROM by_customer),
     bulk AS MATERIALIZED (
       SELECT customer_number, lines FROM by_customer, usual
       WHERE lines > greatest(${LEAST_BULK}, ${TIMES_USUAL} * usual.most))
     SELECT count(*) AS customers, count(*) FILTER (WHERE lines > 1) AS customers_with_two_interactions,
            coalesce(sum(lines), 0) AS interactions, (SELECT most FROM usual) AS usual_most,
            (SELECT count(*) FROM bulk) AS bulk_customers, (SELECT coalesce(sum(lines), 0) FROM bulk) AS bulk_lines,
            ARRAY(SELECT customer_number FROM bulk ORDER BY lines DESC, customer_number LIMIT 3) AS bulk_examples
     FROM by_customer`,
  );
  return Figures.parse(answer.rows[0]);
}

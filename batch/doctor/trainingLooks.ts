import { z } from 'zod';
import { counted, type Finding, type Look, percent } from './finding.ts';
import { readTrainingFigures, type TrainingFigures } from './trainingFigures.ts';

/** Personalize's minimums (developer guide, "Endpoints and quotas"), and the products it advises. */
export const MIN_INTERACTIONS = 1000;
export const MIN_REPEAT_CUSTOMERS = 25;
const ADVISED_PRODUCTS = 100;

/** Who buys in bulk, and how far the shop is from what Amazon Personalize asks for. */
export const training: Look = async ({ client, engine }) => {
  const figures = await readTrainingFigures(client);
  const answer = await client.query('SELECT count(*)::int AS products FROM products WHERE recommendable');
  const { products } = z.object({ products: z.int() }).parse(answer.rows[0]);
  return [...bulkBuyers(figures), ...minimums(figures, products, engine)];
};

function bulkBuyers(figures: TrainingFigures): Finding[] {
  const { bulk_customers, bulk_lines, bulk_examples, interactions, usual_most } = figures;
  if (bulk_customers === 0) return [];
  return [
    {
      check: 'bulk_buyers',
      severity: 'warning',
      message: `${counted(bulk_customers, 'customer bought', 'customers bought')} far more than anybody else (19 of 20 have ${usual_most} lines or fewer) and make up ${percent(bulk_lines, interactions)} of all lines: resellers, the shop itself, or a till's dummy`,
      count: bulk_customers,
      examples: bulk_examples.map((number) => `customer number ${number}`),
      remedy:
        'if it is no person, ingest its orders without a customer: then they count for popularity only; popularity heeds no one customer',
    },
  ];
}

/** @param products that may be recommended */
export function minimums(
  figures: Pick<TrainingFigures, 'interactions' | 'customers_with_two_interactions'>,
  products: number,
  engine: 'aws' | 'embedded',
): Finding[] {
  const wanted = [
    ['interactions', 'order lines to learn from', figures.interactions, MIN_INTERACTIONS],
    [
      'repeat_customers',
      'customers with two order lines',
      figures.customers_with_two_interactions,
      MIN_REPEAT_CUSTOMERS,
    ],
    ['products', 'products', products, ADVISED_PRODUCTS],
  ] as const;
  return wanted
    .filter(([, , found, least]) => found < least)
    .map(([name, what, found, least]) => ({
      check: `few_${name}`,
      severity: engine === 'embedded' ? 'note' : name === 'products' ? 'warning' : 'error',
      message: `${found.toLocaleString('en-US')} ${what}, ${(least - found).toLocaleString('en-US')} fewer than the ${least.toLocaleString('en-US')} that Amazon Personalize ${name === 'products' ? 'is advised to have' : 'asks for'}`,
      count: found,
      examples: [],
      remedy:
        engine === 'embedded'
          ? 'none: the embedded engine works from the first order on'
          : 'use the embedded engine until there are more (AWS_ENDPOINT_URL_PERSONALIZE)',
    }));
}

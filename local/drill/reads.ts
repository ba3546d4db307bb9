import { z } from 'zod';
import { LocalError } from '../errors.ts';

const READS = '/api/v1/personalize/recommendations';
const Popular = z.object({ recommendations: z.array(z.object({ product_id: z.string() })) });

/**
 * What shoppers ask in a drill, of a product that is popular now.
 * @throws {LocalError} start-failed, when nothing answers there.
 */
export async function readsOf({
  url,
  user,
}: {
  readonly url: string;
  readonly user: string;
}): Promise<URL[]> {
  const response = await fetch(new URL(`${READS}/popular?limit=1`, url)).catch((error: unknown) => {
    const remedy = 'Start it with npm start, or give --url.';
    throw new LocalError('start-failed', `Nothing answers at ${url}.`, remedy, error);
  });
  const popular = Popular.parse(await response.json());
  const product = popular.recommendations[0]?.product_id ?? 'none';
  const paths = [
    `user/${encodeURIComponent(user)}`,
    `similar/${encodeURIComponent(product)}`,
    'popular',
    'trending',
  ];
  return paths.map((path) => new URL(`${READS}/${path}`, url));
}

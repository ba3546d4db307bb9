import type pg from 'pg';
import { z } from 'zod';
import { judgeProduct, unusualIds } from './nonMerchandise.ts';
import type { Decisions, Suspect } from './notRecommendable.ts';

const Candidate = z.object({
  product_id: z.string(),
  product_name: z.string(),
  recommendable: z.boolean(),
  lines: z.coerce.number(),
  /** New, or nameless until now: nobody can have decided about it. */
  first_sight: z.boolean(),
});
type Candidate = z.infer<typeof Candidate>;

export interface RecommendableInput {
  readonly decisions: Decisions;
  /** Whether certain non-merchandise is listed without asking when it is first seen. */
  readonly listCertain: boolean;
}

export interface RecommendableResult {
  /** All suspects of this input, with what is true of them now. */
  readonly suspects: readonly Suspect[];
  /** Products that this ingest has taken out of, or back into, recommendations. */
  readonly newlyListed: number;
  readonly newlyUnlisted: number;
  /** Ids of the given list that no product has. */
  readonly unknown: readonly string[];
}

/**
 * Looks for non-merchandise among the products of this input and applies what was decided. Without a
 * decision a product keeps its state, except that certain ones are listed when first seen.
 */
export async function mergeRecommendable(
  client: pg.ClientBase,
  input: RecommendableInput,
): Promise<RecommendableResult> {
  const candidates = await readCandidates(client);
  const usual = unusualIds(candidates.map((candidate) => candidate.product_id));
  const judged = candidates.flatMap((candidate) => {
    const verdict = judgeProduct(candidate, usual(candidate.product_id));
    return verdict === null ? [] : [{ ...candidate, ...verdict }];
  });
  const atOnce = judged.filter(
    (suspect) => input.listCertain && suspect.first_sight && suspect.verdict === 'certain',
  );
  const kept = new Set(input.decisions.unlisted);
  const toList = atOnce.map((suspect) => suspect.product_id).filter((id) => !kept.has(id));
  const newlyListed = await setRecommendable(client, [...input.decisions.listed, ...toList], false);
  const newlyUnlisted = await setRecommendable(client, input.decisions.unlisted, true);
  const listed = new Set([...input.decisions.listed, ...toList]);
  return {
    suspects: judged
      .map(({ product_id, product_name, lines, why, recommendable }) => {
        const nowListed = listed.has(product_id) || (!recommendable && !kept.has(product_id));
        return { product_id, product_name, lines, why, listed: nowListed };
      })
      .sort((a, b) => Number(b.listed) - Number(a.listed) || b.lines - a.lines),
    newlyListed,
    newlyUnlisted,
    unknown: await unknownIds(client, [...input.decisions.listed, ...input.decisions.unlisted]),
  };
}

async function readCandidates(client: pg.ClientBase): Promise<Candidate[]> {
  const { rows } = await client.query(`
    SELECT p.product_id, p.product_name, p.recommendable, i.lines,
           i.is_new OR (i.unnamed_before AND p.product_name <> p.product_id) AS first_sight
    FROM incoming_products i JOIN products p USING (product_id)`);
  return z.array(Candidate).parse(rows);
}

async function setRecommendable(
  client: pg.ClientBase,
  ids: readonly string[],
  value: boolean,
): Promise<number> {
  if (ids.length === 0) return 0;
  const result = await client.query(
    `UPDATE products SET recommendable = $2, updated_at = now()
     WHERE product_id = ANY($1) AND recommendable <> $2`,
    [ids, value],
  );
  return result.rowCount ?? 0;
}

async function unknownIds(client: pg.ClientBase, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const { rows } = await client.query(
    `SELECT id FROM unnest($1::text[]) AS id WHERE NOT EXISTS (SELECT FROM products WHERE product_id = id)`,
    [ids],
  );
  return z
    .array(z.object({ id: z.string() }))
    .parse(rows)
    .map((row) => row.id);
}

import type { ClientBase } from 'pg';
import { z } from 'zod';
import { BatchError } from '../errors.ts';

const MemberRow = z.object({ unified_customer_id: z.string(), customer_number: z.int() });
const AliasRow = z.object({ source: z.string(), source_id: z.string() });

/** One person, who may have been several customers before these were merged. */
export interface Person {
  /** Whose lists they are shown. */
  readonly unified_customer_id: string;
  /** The customers they have been: themselves, and those merged into them. */
  readonly members: readonly z.infer<typeof MemberRow>[];
  /** What other systems call them. */
  readonly aliases: readonly z.infer<typeof AliasRow>[];
}

export interface PersonName {
  readonly id: string;
  /** The system whose id it is; null: whoever has it, if that is one person. */
  readonly source: string | null;
}

const FIND = `
  SELECT DISTINCT coalesce(c.merged_into, c.unified_customer_id) AS id
  FROM (
    SELECT $1::text AS id WHERE $2::text IS NULL
    UNION
    SELECT unified_customer_id FROM customer_alias WHERE source_id = $1 AND (source = $2 OR $2 IS NULL)
  ) n JOIN customers c ON c.unified_customer_id = n.id`;

const MEMBERS = `
  SELECT unified_customer_id, customer_number FROM customers
  WHERE unified_customer_id = $1 OR merged_into = $1 ORDER BY customer_number`;

/** Those of a merged customer lead to the one it is now. */
const ALIASES = 'SELECT source, source_id FROM customer_alias WHERE unified_customer_id = $1 ORDER BY 1, 2';

/**
 * The person an id stands for, or null.
 * Throws BatchError `ambiguous_customer` for an id that two systems give to two people.
 */
export async function findPerson(client: ClientBase, { id, source }: PersonName): Promise<Person | null> {
  const found = z.array(z.object({ id: z.string() })).parse((await client.query(FIND, [id, source])).rows);
  const [person, ...others] = found;
  if (person === undefined) return null;
  if (others.length > 0) throw await ambiguous(client, id);
  const members = z.array(MemberRow).parse((await client.query(MEMBERS, [person.id])).rows);
  const aliases = z.array(AliasRow).parse((await client.query(ALIASES, [person.id])).rows);
  return { unified_customer_id: person.id, members, aliases };
}

async function ambiguous(client: ClientBase, id: string): Promise<BatchError> {
  const { rows } = await client.query('SELECT source FROM customer_alias WHERE source_id = $1 ORDER BY 1', [
    id,
  ]);
  const systems = z
    .array(z.object({ source: z.string() }))
    .parse(rows)
    .map((row) => row.source);
  return new BatchError({
    code: 'ambiguous_customer',
    message: `this id stands for several customers, of the systems ${systems.join(', ')}`,
    remedy: `say whose id it is: --source ${systems[0] ?? 'NAME'}`,
  });
}

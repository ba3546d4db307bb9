import { z } from 'zod';
import { provinceKey } from '../../shared/identity/place.ts';
import { counted, type Finding, type Look, MOST_EXAMPLES, percent } from './finding.ts';

/** A family shares a telephone; five customers hardly do. */
const SHARED_BY = 5;
const Shared = z.object({
  contacts: z.int(),
  customers: z.int(),
  examples: z.array(z.object({ customers: z.int(), numbers: z.array(z.int()) })),
});

/** Telephone numbers and e-mail addresses that many customers have: dummies of the till, or the shop's own. */
export const sharedContacts: Look = async ({ client }) => {
  const findings: Finding[] = [];
  const kinds = [
    {
      column: 'phone',
      value: `nullif(right(regexp_replace(phone, '\\D', '', 'g'), 10), '')`,
      word: 'telephone number',
    },
    { column: 'email', value: `nullif(lower(btrim(email)), '')`, word: 'e-mail address' },
  ] as const;
  for (const { column, value, word } of kinds) {
    const answer = await client.query(
      `WITH shared AS MATERIALIZED (
         SELECT count(*)::int AS customers, (array_agg(customer_number ORDER BY customer_number))[1:2] AS numbers
         FROM customers WHERE ${value} IS NOT NULL GROUP BY ${value} HAVING count(*) >= ${SHARED_BY})
       SELECT count(*)::int AS contacts, coalesce(sum(customers), 0)::int AS customers,
              coalesce((SELECT json_agg(t) FROM (SELECT * FROM shared ORDER BY customers DESC, numbers LIMIT ${MOST_EXAMPLES}) AS t), '[]') AS examples
       FROM shared`,
    );
    const found = Shared.parse(answer.rows[0]);
    if (found.contacts === 0) continue;
    findings.push({
      check: `shared_${column}`,
      severity: 'warning',
      message: `${counted(found.contacts, `${word} is`, `${word === 'e-mail address' ? 'e-mail addresses' : 'telephone numbers'} are`)} shared by ${SHARED_BY} customers or more, ${counted(found.customers, 'customer', 'customers')} in all: dummies would make strangers one`,
      count: found.contacts,
      examples: found.examples.map(
        ({ customers, numbers }) =>
          `one of ${customers} customers, among them numbers ${numbers.join(' and ')}`,
      ),
      remedy: `empty the ${word} of those customers at the source (dummies such as 0000000000 or none@shop)`,
    });
  }
  return findings;
};

const Place = z.object({ province: z.string().nullable(), customers: z.int() });
/** Provinces of fewer customers than this have no popular list to speak of. */
const RARE = 3;

/** Customers whose place nobody can match: they see what is popular in the whole shop. */
export const unmatchedPlaces: Look = async ({ client }) => {
  const answer = await client.query(
    `SELECT nullif(btrim(coalesce(province, city)), '') AS province, count(*)::int AS customers
     FROM customers GROUP BY 1`,
  );
  return judgePlaces(answer.rows.map((row) => Place.parse(row)));
};

export function judgePlaces(places: readonly z.infer<typeof Place>[]): Finding[] {
  const all = places.reduce((sum, { customers }) => sum + customers, 0);
  const byKey = new Map<string, { customers: number; name: string }>();
  let without = 0;
  for (const { province, customers } of places) {
    const key = province === null ? '' : provinceKey(province);
    if (key === '' || province === null) {
      without += customers;
      continue;
    }
    const known = byKey.get(key);
    byKey.set(key, { customers: customers + (known?.customers ?? 0), name: known?.name ?? province });
  }
  const rare = [...byKey.values()].filter(({ customers }) => customers < RARE);
  const findings: Finding[] = [];
  // Where all provinces are small the shop is, not the spelling.
  if (rare.length > 0 && rare.length < byKey.size) {
    const customers = rare.reduce((sum, place) => sum + place.customers, 0);
    findings.push({
      check: 'unmatched_places',
      severity: 'warning',
      message: `${counted(customers, 'customer lives', 'customers live')} in ${counted(rare.length, 'province', 'provinces')} that hardly anybody else lives in, most likely others misspelt: what is popular there is not known`,
      count: customers,
      examples: rare.slice(0, MOST_EXAMPLES).map(({ name }) => `"${name.slice(0, 40)}"`),
      remedy: 'correct the spelling at the source',
    });
  }
  if (without > 0) {
    findings.push({
      check: 'no_place',
      severity: 'note',
      message: `${counted(without, 'customer has', 'customers have')} no place (${percent(without, all)}): they see what is popular in the whole shop, or where their last order went`,
      count: without,
      examples: [],
      remedy: 'ingest province and city of customers or orders, if there are any',
    });
  }
  return findings;
}

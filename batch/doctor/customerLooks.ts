import { z } from 'zod';
import { provinceKey } from '../../shared/identity/place.ts';
import { sumSharedContacts } from '../identity/reportSharedContacts.ts';
import { counted, type Finding, type Look, MOST_EXAMPLES, percent } from './finding.ts';

const CONTACT_WORDS = {
  email: { one: 'e-mail address', many: 'e-mail addresses' },
  phone: { one: 'telephone number', many: 'telephone numbers' },
} as const;
/** Of so large a share of customers with one, dummies are how the shop works, not slips. */
const MANY_DUMMIES = 0.5;

/** Telephone numbers and e-mail addresses that tell nobody apart: dummies of the till, or the shop's own. */
export const sharedContacts: Look = async ({ client }) =>
  (await sumSharedContacts(client, MOST_EXAMPLES)).map((sum): Finding => {
    const { kind, reason, contacts, customers, holders } = sum;
    const { one, many } = CONTACT_WORDS[kind];
    const whose = `of ${counted(customers, 'customer', 'customers')} (${percent(Math.min(customers, holders), holders)} of those with one)`;
    const isRare = reason === 'junk' && customers === contacts && customers < holders * MANY_DUMMIES;
    return {
      check: `${reason === 'junk' ? 'dummy' : 'shared'}_${kind}`,
      severity: isRare ? 'note' : 'warning',
      message:
        reason === 'junk'
          ? `${counted(contacts, `${one} is a dummy`, `${many} are dummies`)}, ${whose}: nobody is known by it`
          : `${counted(contacts, `${one} is`, `${many} are`)} shared by too many to be one person's, ${whose}: nobody is taken for somebody else by it`,
      count: contacts,
      // Masked, many look the same.
      examples: [
        ...new Set(
          sum.examples.map(
            (example) =>
              `${example.masked ?? 'one'} of ${counted(example.customers, 'customer', 'customers')}`,
          ),
        ),
      ],
      remedy: sum.remedy,
    };
  });

const RETURNS = `
  SELECT DISTINCT c.customer_number AS number FROM erased_contacts e
  JOIN customer_alias a ON a.email_hash = e.value_hash OR a.phone_hash = e.value_hash
  JOIN customers c USING (unified_customer_id)
  ORDER BY 1`;

/** Customers who came to bear an e-mail or phone of a person who was erased: that person, or whoever has it now. */
export const erasedReturns: Look = async ({ client }) => {
  const { rows } = await client.query(RETURNS);
  if (rows.length === 0) return [];
  return [
    {
      check: 'erased_returns',
      severity: 'warning',
      message: `${counted(rows.length, 'customer bears', 'customers bear')} an e-mail or phone of a person who was erased`,
      count: rows.length,
      examples: rows.slice(0, MOST_EXAMPLES).map(({ number }) => `customer number ${number}`),
      remedy:
        'if it is that person, batch erase --customer ID; if they are a customer again, or it is somebody else, batch readmit --customer ID (docs/privacy.md)',
    },
  ];
};

const AMBIGUOUS = `
  SELECT x.source AS one, y.source AS other, count(*)::integer AS ids
  FROM customer_alias x JOIN customer_alias y ON y.source_id = x.source_id AND y.source > x.source
  WHERE x.unified_customer_id <> y.unified_customer_id
  GROUP BY 1, 2 ORDER BY ids DESC, one, other`;
const SEVERAL_SOURCES = 'SELECT min(source) < max(source) AS several FROM customer_alias';
const Ambiguous = z.object({ one: z.string(), other: z.string(), ids: z.int() });

/** Customer ids that two sources give to two people: whoever asks with such an id must say whose it is. */
export const ambiguousIds: Look = async ({ client }) => {
  const { several } = z
    .object({ several: z.boolean().nullable() })
    .parse((await client.query(SEVERAL_SOURCES)).rows[0]);
  if (several !== true) return [];
  const pairs = z.array(Ambiguous).parse((await client.query(AMBIGUOUS)).rows);
  const ids = pairs.reduce((sum, pair) => sum + pair.ids, 0);
  if (ids === 0) return [];
  return [
    {
      check: 'ambiguous_ids',
      severity: 'warning',
      message: `${counted(ids, 'customer id is', 'customer ids are')} given to different people by two sources: without a source, the first to come is meant`,
      count: ids,
      examples: pairs.slice(0, MOST_EXAMPLES).map((pair) => `${pair.one} and ${pair.other}: ${pair.ids}`),
      remedy:
        'set ID_SOURCE, or ask with id_source=; if they are the same people, batch unload one of the sources, set same_customer_ids_as (docs/sources.md) and load it again',
    },
  ];
};

const Place = z.object({ province: z.string().nullable(), customers: z.int() });
/** Provinces of fewer customers than this have no popular list to speak of. */
const RARE = 3;

/** Customers whose place nobody can match: they see what is popular in the whole shop. */
export const unmatchedPlaces: Look = async ({ client }) => {
  const answer = await client.query(
    `SELECT nullif(btrim(coalesce(province, city)), '') AS province, count(*)::int AS customers
     FROM customers WHERE merged_into IS NULL GROUP BY 1`,
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

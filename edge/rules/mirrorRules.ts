import * as z from 'zod';
import { lazily } from '../../shared/lazily.ts';
import { RULES_KEY, RulesDocument } from '../../shared/rules/rulesDocument.ts';
import { type AdminKv, type AdminSql, FRESH } from '../admin/adminStore.ts';
import { jsonOf } from '../stores/json.ts';
import { RULES_SQL } from './rulesReader.ts';

const DocumentRow = lazily(() => z.object({ document: RulesDocument }));
const VersionRow = lazily(() => z.object({ version: z.coerce.number().int() }));
const MOST_ROUNDS = 20;

/**
 * Writes the rules of Postgres to KV. Two Workers may do so at once and the older document land last: so
 * each looks again after writing, and writes again what is newer by then. Returns the version KV now has.
 * Throws when a store cannot be reached.
 */
export async function mirrorRules(sql: AdminSql, kv: AdminKv): Promise<number> {
  let written = -1;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const document = await readTruth(sql);
    await kv.put(RULES_KEY, JSON.stringify(document));
    written = document.version;
    const [now] = await sql.rows(VersionRow(), 'SELECT version FROM rule_book', []);
    if (now === undefined || now.version === written) break;
  }
  return written;
}

export async function readTruth(sql: AdminSql): Promise<RulesDocument> {
  const [row] = await sql.rows(DocumentRow(), RULES_SQL, []);
  if (row === undefined) throw new Error('rules_document() gave no row');
  return row.document;
}

/** The version of the mirror in KV, or null when it is lost or unreadable. */
export async function mirroredRules(kv: AdminKv): Promise<RulesDocument | null> {
  const bytes = await kv.get(RULES_KEY, FRESH);
  if (bytes === null) return null;
  try {
    return RulesDocument.parse(jsonOf(new Uint8Array(bytes)));
  } catch {
    return null;
  }
}

/** Writes the mirror anew when it is lost or differs from the truth: products get item numbers late. */
export async function repairMirror(sql: AdminSql, kv: AdminKv): Promise<'sound' | 'repaired'> {
  const truth = await readTruth(sql);
  const mirror = await mirroredRules(kv);
  // A mirror read through the data centre's cache may be a minute old: writing it again does no harm.
  if (mirror !== null && JSON.stringify(mirror) === JSON.stringify(RulesDocument.parse(truth)))
    return 'sound';
  await mirrorRules(sql, kv);
  return 'repaired';
}

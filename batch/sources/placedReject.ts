import { createHash } from 'node:crypto';
import { stringify } from 'csv-stringify/sync';
import type { RejectedRow } from '../ingest/readRecords.ts';
import type { SourceReject } from './source.ts';

const LONGEST_EXCERPT = 500;

/** A rejected row of a file as it is kept: its line names it. */
export function placedReject(row: RejectedRow, place: string): SourceReject {
  return { place, record: String(row.line), first: true, reason: row.reason, excerpt: excerptOf(row) };
}

/**
 * Rejected rows of records that come one by one. A record is named by its id, else by what its first line
 * says: that is the same when it comes again.
 */
export function unplacedRejects(rows: readonly RejectedRow[]): SourceReject[] {
  const names = new Map<string | number, string>();
  return rows.map((row) => {
    const excerpt = excerptOf(row);
    const key = row.id ?? row.line;
    const before = names.get(key);
    const record = before ?? row.id ?? `without id ${digestOf(excerpt)}`;
    names.set(key, record);
    return { place: '', record, first: before === undefined, reason: row.reason, excerpt };
  });
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}

function excerptOf(row: RejectedRow): string {
  return stringify([[...row.cells]])
    .trimEnd()
    .slice(0, LONGEST_EXCERPT);
}

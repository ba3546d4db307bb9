import { stringify } from 'csv-stringify/sync';
import type { RejectedRow } from '../ingest/readRecords.ts';
import type { SourceReject } from './source.ts';

const LONGEST_EXCERPT = 500;

/** A rejected row as it is kept. @param record its id, where rows have one; else its line stands for it */
export function placedReject(row: RejectedRow, place: string, record = String(row.line)): SourceReject {
  const excerpt = stringify([[...row.cells]])
    .trimEnd()
    .slice(0, LONGEST_EXCERPT);
  return { place, record, reason: row.reason, excerpt };
}

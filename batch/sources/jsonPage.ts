import { openJsonTable } from '../ingest/jsonTable.ts';
import type { Kind, RecordOf } from '../ingest/kinds.ts';
import type { Mapping } from '../ingest/mapping.ts';
import { readRecords } from '../ingest/readRecords.ts';
import { unplacedRejects } from './placedReject.ts';
import type { SourceContext, SourcePage } from './source.ts';

interface PageReading<K extends Kind> {
  readonly kind: K;
  readonly mapping: Mapping;
  readonly context: Pick<SourceContext, 'now' | 'note' | 'remarks'>;
}

/** Validates the records of one answer. A record that lacks a field is a reject, not a reason to stop. */
export async function readJsonPage<K extends Kind>(
  records: readonly unknown[],
  { kind, mapping, context }: PageReading<K>,
): Promise<SourcePage<RecordOf[K]>> {
  const rows = records.map((record, i) => ({ line: i + 1, record }));
  async function* blocks() {
    yield { rows, bytesRead: 0 };
  }
  const close = async () => undefined;
  const input = { name: kind, totalBytes: 0, blocks: blocks(), close };
  const table = await openJsonTable(input, kind, { mapping, lenient: true });
  const page = {
    records: [] as SourcePage<RecordOf[K]>['records'],
    rejects: [] as SourcePage<unknown>['rejects'],
  };
  for await (const block of readRecords(table, {
    kind,
    mapping,
    now: context.now(),
    note: context.note,
    remarks: context.remarks,
  })) {
    page.records = block.records;
    page.rejects = unplacedRejects(block.rejects);
  }
  return { ...page, cursor: null };
}

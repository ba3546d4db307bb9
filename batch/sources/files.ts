import type { InputFile } from '../ingest/inputFile.ts';
import type { Kind, RecordOf } from '../ingest/kinds.ts';
import type { Mapping } from '../ingest/mapping.ts';
import { openTable } from '../ingest/openTable.ts';
import { readRecords } from '../ingest/readRecords.ts';
import { joinTables } from './filesJoin.ts';
import { type FoundFile, listFiles } from './filesLocation.ts';
import type { FilesSettings } from './filesSettings.ts';
import { placedReject } from './placedReject.ts';
import type { Reading, Source, SourceContext, SourcePage } from './source.ts';

/** What has been read: the fingerprint of each file by its name. */
type Fingerprints = Readonly<Record<string, string>>;

/**
 * CSV and JSON Lines files. A file is one unit: its rows may stand in any order. Files are read in the order of
 * their names; one that has changed is read again, and so are those after it, whose word is newer.
 */
export function createFilesSource(
  name: string,
  settings: FilesSettings & { readonly mapping: Mapping },
  context: SourceContext,
): Source {
  const read = <K extends Kind>(kind: K): Reading<RecordOf[K]> | null => {
    const part = settings[kind];
    if (part === undefined) return null;
    return (cursor) => readFiles({ kind, settings, part, context }, parseCursor(cursor));
  };
  return { name, products: read('products'), customers: read('customers'), orders: read('orders') };
}

function parseCursor(cursor: string | null): Fingerprints {
  return cursor === null ? {} : JSON.parse(cursor);
}

interface FilesReading<K extends Kind> {
  readonly kind: K;
  readonly settings: FilesSettings & { readonly mapping: Mapping };
  readonly part: NonNullable<FilesSettings[Kind]>;
  readonly context: SourceContext;
}

async function* readFiles<K extends Kind>(
  reading: FilesReading<K>,
  before: Fingerprints,
): AsyncGenerator<SourcePage<RecordOf[K]>> {
  const { settings, part, context } = reading;
  const found = await listFiles(settings, part.files);
  const joined = await Promise.all(part.join.map((join) => listFiles(settings, join.files)));
  // A change of what is joined changes what every file says.
  const beside = joined.flat().map(({ fingerprint }) => fingerprint);
  const stamped = found.map((file) => ({ file, fingerprint: [file.fingerprint, ...beside].join(' ') }));
  const first = stamped.findIndex(({ file, fingerprint }) => before[file.name] !== fingerprint);
  if (found.length === 0) context.note(`no file ${part.files} in ${settings.location}`);
  if (first === -1) return;
  const done: Record<string, string> = {};
  for (const { file, fingerprint } of stamped.slice(0, first)) done[file.name] = fingerprint;
  const complete = 'complete' in part && part.complete === true;
  // Of several whole catalogues only the newest counts.
  const due = complete ? stamped.slice(-1) : stamped.slice(first);
  for (const { file, fingerprint } of due) {
    yield* readFile(file, { ...reading, joined });
    done[file.name] = fingerprint;
    yield { records: [], rejects: [], cursor: JSON.stringify(done), complete };
  }
}

async function* readFile<K extends Kind>(
  file: FoundFile,
  { kind, settings, part, context, joined }: FilesReading<K> & { readonly joined: readonly FoundFile[][] },
): AsyncGenerator<SourcePage<RecordOf[K]>> {
  const { mapping } = settings;
  const input: InputFile = { name: file.name, bytes: file.bytes, open: file.open };
  const join = (table: Parameters<typeof joinTables>[0]) =>
    joinTables(table, part.join, { files: joined, delimiter: mapping.delimiter });
  const table = await openTable(input, { kind, mapping, join });
  const note = (text: string) => context.note(`${file.name}: ${text}`);
  let rows = 0;
  try {
    for await (const block of readRecords(table, {
      kind,
      mapping,
      now: context.now(),
      note,
      remarks: context.remarks,
    })) {
      const total =
        block.bytesRead === 0 ? null : Math.round(((rows + block.rows) * file.bytes) / block.bytesRead);
      yield {
        records: block.records,
        rejects: block.rejects.map((row) => placedReject(row, file.name)),
        cursor: null,
        replaces: file.name,
        total,
      };
      rows += block.rows;
    }
  } finally {
    await table.close();
  }
}

import pg from 'pg';
import { z } from 'zod';
import { BatchError } from '../errors.ts';
import { findFields } from '../ingest/fieldTable.ts';
import { FIELDS_OF, type Kind, type RecordOf } from '../ingest/kinds.ts';
import type { Mapping } from '../ingest/mapping.ts';
import { readRecords } from '../ingest/readRecords.ts';
import type { Table, TableRow } from '../ingest/table.ts';
import { unplacedRejects } from './placedReject.ts';
import type { PostgresSettings } from './postgresSettings.ts';
import type { Reading, Source, SourceContext, SourcePage } from './source.ts';

/** Rows of one fetch; a page ends with an order, so it may hold some more. */
const ROWS_PER_PAGE = 20_000;

/** The text of the latest change that is stored, as that database writes it; done: nothing newer was there. */
const PostgresCursor = z.object({ at: z.string(), done: z.boolean() });

interface QueryReading<K extends Kind> {
  readonly name: string;
  readonly kind: K;
  readonly part: { readonly query: string; readonly complete?: boolean | undefined };
  readonly settings: PostgresSettings & { readonly mapping: Mapping };
  readonly context: SourceContext;
}

/** Tables of another PostgreSQL database, by query. */
export function createPostgresSource(
  name: string,
  settings: PostgresSettings & { readonly mapping: Mapping },
  context: SourceContext,
): Source {
  const read = <K extends Kind>(kind: K): Reading<RecordOf[K]> | null => {
    const part = settings[kind];
    if (part === undefined) return null;
    // Blank: read before, with nothing to go on from.
    return (cursor) => readQuery({ name, kind, part, settings, context }, cursor || null);
  };
  return { name, products: read('products'), customers: read('customers'), orders: read('orders') };
}

async function* readQuery<K extends Kind>(
  reading: QueryReading<K>,
  cursor: string | null,
): AsyncGenerator<SourcePage<RecordOf[K]>> {
  const { settings, context, part, kind } = reading;
  const client = new pg.Client({ connectionString: context.secret(settings.url_env), types: TEXT_ONLY });
  client.on('error', () => undefined);
  const stop = () => void client.end();
  context.signal.addEventListener('abort', stop, { once: true });
  try {
    await begin(client, reading.name);
    const plan = await planQuery(client, reading);
    const since = part.query.includes('$1') ? sinceOf(cursor, settings) : null;
    await client.query(
      `DECLARE rows NO SCROLL CURSOR FOR ${plan.sql}`,
      part.query.includes('$1') ? [since] : [],
    );
    const complete = kind === 'products' && (part.complete ?? !part.query.includes('$1'));
    yield* readPages(client, { ...reading, plan, complete, before: cursor });
    await client.query('COMMIT');
  } catch (error) {
    context.signal.throwIfAborted();
    throw error;
  } finally {
    context.signal.removeEventListener('abort', stop);
    await client.end().catch(() => undefined);
  }
}

/** Every value as the text that the database writes: dates, numbers and JSON are read by the same rules as files. */
const TEXT_ONLY = { getTypeParser: () => (value: unknown) => value } as unknown as pg.CustomTypesConfig;

async function begin(client: pg.Client, name: string): Promise<void> {
  try {
    await client.connect();
  } catch (cause) {
    throw new BatchError({
      code: 'source_down',
      message: `The database of ${name} does not answer: ${cause instanceof Error ? cause.message : String(cause)}.`,
      remedy:
        'Check the connection string in the environment variable that "url_env" names, and that the server runs.',
      cause,
    });
  }
  await client.query("SET TIME ZONE 'UTC'; SET DateStyle = 'ISO'; SET statement_timeout = 0");
  await client.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
}

interface Plan {
  readonly sql: string;
  readonly header: readonly string[];
  /** Columns of the id by which rows belong together and of the time of the last change; -1: none. */
  readonly id: number;
  readonly changed: number;
}

/** The query, sorted so that it can be read in pages: the lines of an order together, older changes first. */
async function planQuery<K extends Kind>(client: pg.Client, reading: QueryReading<K>): Promise<Plan> {
  const { kind, part, settings, context } = reading;
  const inner = part.query.replace(/;\s*$/, '');
  const described = await describe(client, inner, reading);
  const header = described.fields.map((field) => field.name);
  const table = findFields(emptyTable(`${kind} of ${reading.name}`, header), kind, settings.mapping);
  const plain = table.header === header;
  const column = (field: string) =>
    plain ? (table.columns[field] ?? -1) : header.indexOf(specOf(reading, field));
  const id = column(FIELDS_OF[kind].required[0] ?? '');
  const changed = part.query.includes('$1') ? column('updated_at') : -1;
  if (part.query.includes('$1') && changed === -1)
    context.note(`the query of ${kind} has no column updated_at: each sync reads everything`);
  const quoted = (at: number) => pg.escapeIdentifier(header[at] ?? '');
  const order = id === -1 ? [] : [quoted(id)];
  if (changed !== -1) order.unshift(id === -1 ? quoted(changed) : `"changed!"`);
  const latest =
    changed === -1 || id === -1
      ? ''
      : `, max(${quoted(changed)}) OVER (PARTITION BY ${quoted(id)}) AS "changed!"`;
  const sorted = order.length === 0 ? '' : ` ORDER BY ${order.join(', ')}`;
  const at = latest === '' ? changed : header.length;
  return { sql: `SELECT *${latest} FROM (${inner}) source${sorted}`, header, id, changed: at };
}

async function describe<K extends Kind>(
  client: pg.Client,
  query: string,
  { name, kind, part, settings }: QueryReading<K>,
): Promise<pg.QueryArrayResult> {
  const values = part.query.includes('$1') ? [sinceOf(null, settings)] : [];
  try {
    return await client.query({
      text: `SELECT * FROM (${query}) described LIMIT 0`,
      values,
      rowMode: 'array',
    });
  } catch (cause) {
    throw new BatchError({
      code: 'source_query',
      message: `${name} cannot run the query of ${kind}: ${cause instanceof Error ? cause.message : String(cause)}.`,
      remedy:
        'Try the query in that database; $1 stands for a timestamptz, and every column needs a name of its own.',
      cause,
    });
  }
}

function specOf<K extends Kind>({ kind, settings }: QueryReading<K>, field: string): string {
  const spec = FIELDS_OF[kind].mapped(settings.mapping)[field];
  return typeof spec === 'string' ? spec : field;
}

function emptyTable(name: string, header: readonly string[]): Table {
  async function* none() {}
  return { name, header, totalBytes: 0, blocks: none(), close: async () => undefined };
}

const BEGINNING = '-infinity';

/** From where the last sync ended, less the overlap; exactly from there when it was cut short. */
function sinceOf(cursor: string | null, { overlap_minutes }: PostgresSettings): string {
  if (cursor === null) return BEGINNING;
  const { at, done } = PostgresCursor.parse(JSON.parse(cursor));
  const time = Date.parse(at.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00'));
  if (!done || Number.isNaN(time)) return at;
  return new Date(time - overlap_minutes * 60_000).toISOString();
}

interface Pages<K extends Kind> extends QueryReading<K> {
  readonly plan: Plan;
  readonly complete: boolean;
  readonly before: string | null;
}

async function* readPages<K extends Kind>(
  client: pg.Client,
  reading: Pages<K>,
): AsyncGenerator<SourcePage<RecordOf[K]>> {
  const { plan, before } = reading;
  let held: string[][] = [];
  // Everything is read: what was rejected before no longer counts.
  let replaces = before === null || !reading.part.query.includes('$1') ? { replaces: '' } : {};
  let at = before === null ? null : PostgresCursor.parse(JSON.parse(before)).at;
  for (;;) {
    const { rows } = await client.query<string[]>({
      text: `FETCH ${ROWS_PER_PAGE} FROM rows`,
      rowMode: 'array',
    });
    const done = rows.length < ROWS_PER_PAGE;
    const all = held.length === 0 ? rows : [...held, ...rows];
    const end = done ? all.length : beginOfLast(all, plan.id);
    const page = all.slice(0, end);
    held = all.slice(end);
    at = page.at(-1)?.[plan.changed] ?? at;
    if (page.length > 0 || done) {
      yield { ...(await readPage(page, { ...reading, at, done })), ...replaces };
      replaces = {};
    }
    if (done) return;
  }
}

/** Where the rows of the last id begin: the next fetch may have more of them. */
function beginOfLast(rows: readonly (readonly string[])[], id: number): number {
  if (id === -1) return rows.length;
  let begin = rows.length - 1;
  while (begin > 0 && rows[begin - 1]?.[id] === rows.at(-1)?.[id]) begin--;
  return begin;
}

interface PageEnd {
  readonly at: string | null;
  readonly done: boolean;
}

async function readPage<K extends Kind>(
  page: readonly (readonly (string | null)[])[],
  { kind, settings, context, plan, name, complete, at, done }: Pages<K> & PageEnd,
): Promise<SourcePage<RecordOf[K]>> {
  const rows = page.map((row, i): TableRow => {
    const cells = row.slice(0, plan.header.length).map((cell) => cell ?? '');
    return { line: i + 1, cells, problem: null };
  });
  async function* blocks() {
    yield { rows, bytesRead: 0 };
  }
  const table = { ...emptyTable(`${kind} of ${name}`, plan.header), blocks: blocks() };
  const { mapping } = settings;
  const records: SourcePage<RecordOf[K]>['records'][number][] = [];
  const rejects: SourcePage<unknown>['rejects'][number][] = [];
  const fields = findFields(table, kind, mapping);
  for await (const block of readRecords(fields, {
    kind,
    mapping,
    now: context.now(),
    note: context.note,
    remarks: context.remarks,
  })) {
    for (const record of block.records) records.push(record);
    rejects.push(...unplacedRejects(block.rejects));
  }
  // Without a time of change there is nothing to go on from: each page still stands alone.
  const cursor = at === null ? '' : JSON.stringify({ at, done });
  return { records, rejects, cursor, complete: complete && done };
}

import type pg from 'pg';
import type { IdentityRules } from '../identity/identityRules.ts';
import { addRecords } from '../ingest/addRecords.ts';
import { refreshStatistics, type Transact, withIngestConnection } from '../ingest/ingestTransaction.ts';
import { KINDS, type Kind, type RecordOf } from '../ingest/kinds.ts';
import { mergeStaged } from '../ingest/mergeStaged.ts';
import { createStage, type Stage } from '../ingest/stage.ts';
import type { Log } from '../log.ts';
import type { Progress, StepProgress } from '../progress.ts';
import type { Readings, Source, SourcePage, SourceReject } from '../sources/source.ts';
import { type CatalogueSeen, createCatalogueSeen } from './missingProducts.ts';
import { addMerged, addRejects, noCounts, type SyncCounts } from './syncCounts.ts';
import { storeRejects } from './syncRejects.ts';
import { readSyncState, recordAttempt, recordNewestOrder, recordSuccess, storeCursor } from './syncState.ts';

export interface SyncContext {
  readonly databaseUrl: string;
  readonly identity: IdentityRules;
  readonly log: Log;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

export interface SyncRequest {
  readonly source: Source;
  /** Of the source's settings. */
  readonly fingerprint: string;
  /** Reads everything again, and believes a catalogue that has lost most of its products. */
  readonly full: boolean;
  readonly note: (note: string) => void;
  /** Called after each transaction. */
  readonly onCommit: (counts: SyncCounts) => void;
}

/**
 * Reads what is new at a source, page by page; each page is one transaction that also stores where to go on.
 * @throws BatchError, or what the database or the other side failed with: everything committed stays
 */
export async function syncSource(request: SyncRequest, context: SyncContext): Promise<SyncCounts> {
  const { source, fingerprint, full, note } = request;
  const counts = noCounts();
  const progress = context.progress.step(`sync ${source.name}`);
  try {
    await withIngestConnection(context, async (transact) => {
      const state = await transact(async (client) => {
        const before = await readSyncState(client, source.name);
        await recordAttempt(client, { source: source.name, fingerprint, full });
        return before;
      });
      if (!full && state.fingerprint !== null && state.fingerprint !== fingerprint)
        note('its settings have changed: what was read before stays as it was until `--full` reads it again');
      const { identity } = context;
      for (const kind of KINDS) {
        const cursor = full ? null : (state.cursors[kind] ?? null);
        await readKind(kind, { request, transact, cursor, counts, progress, identity });
      }
      await transact((client) => recordSuccess(client, { source: source.name, counts }));
    });
    await refreshStatistics(context, counts.orders.added + counts.orders.changed).catch(() => undefined);
    progress.finish({ records: counts.records, orders: counts.orders.added + counts.orders.changed });
    return counts;
  } catch (error) {
    progress.fail(error instanceof Error ? error.message : String(error));
    throw error;
  }
}

interface KindReading {
  readonly request: SyncRequest;
  readonly transact: Transact;
  readonly identity: IdentityRules;
  readonly cursor: string | null;
  readonly counts: SyncCounts;
  readonly progress: StepProgress;
}

async function readKind<K extends Kind>(kind: K, reading: KindReading): Promise<void> {
  const readings: Readings = reading.request.source;
  const read = readings[kind];
  if (read === null) return;
  const pages = read(reading.cursor)[Symbol.asyncIterator]();
  const seen = kind === 'products' ? createCatalogueSeen(reading.request) : null;
  try {
    for (let page = await pages.next(); !page.done; page = await pages.next()) {
      const first = page.value;
      await reading.transact((client) => storeUnit(client, { kind, first, pages, seen, ...reading }));
      reading.request.onCommit(reading.counts);
    }
  } finally {
    // Lets go of files and connections when it ends early; what it may still throw is of no interest then.
    await pages.return?.().then(
      () => undefined,
      () => undefined,
    );
  }
}

interface Unit<K extends Kind> extends KindReading {
  readonly kind: K;
  readonly first: SourcePage<RecordOf[K]>;
  readonly pages: AsyncIterator<SourcePage<RecordOf[K]>>;
  readonly seen: CatalogueSeen | null;
}

/** Pages up to the next one that may stand alone, in one transaction. */
async function storeUnit<K extends Kind>(client: pg.ClientBase, unit: Unit<K>): Promise<void> {
  const { kind, request, counts, seen, identity } = unit;
  const source = request.source.name;
  const stage = await createStage(client, identity.contacts);
  const gathered = {
    rejects: [] as SourceReject[],
    accepted: new Set<string>(),
    replaces: null as string | null,
  };
  let last: SourcePage<RecordOf[K]> = unit.first;
  for (;;) {
    await stagePage(stage, last, unit);
    gathered.rejects.push(...last.rejects);
    gathered.replaces ??= last.replaces ?? null;
    if (gathered.replaces === null)
      for (const { record } of last.records) gathered.accepted.add(idOf(record));
    if (last.cursor !== null) break;
    const next = await unit.pages.next();
    if (next.done) break;
    last = next.value;
  }
  await stage.finish();
  const decisions = { listed: [], unlisted: [] };
  const merged = await mergeStaged(client, { source, listCertain: true, decisions, identity });
  if (kind === 'orders') await recordNewestOrder(client, source);
  const { rejects, accepted, replaces } = gathered;
  await storeRejects(client, { source, kind, rejects, replaces, accepted: [...accepted] });
  if (last.complete === true) counts.missing += (await seen?.retireMissing(client)) ?? 0;
  if (last.cursor !== null) await storeCursor(client, { source, kind, cursor: last.cursor });
  addMerged(counts, merged);
}

async function stagePage<K extends Kind>(
  stage: Stage,
  page: SourcePage<RecordOf[K]>,
  { kind, counts, progress, seen, request }: Unit<K>,
): Promise<void> {
  addRecords(stage, kind, page.records);
  for (const { record } of page.records) seen?.add(idOf(record));
  addRejects(counts, page.rejects);
  counts.records += page.records.length;
  await stage.relieve();
  progress.update({
    done: counts.records,
    total: page.total ?? null,
    unit: 'records',
    note: `reading ${kind} of ${request.source.name}`,
  });
}

function idOf(record: RecordOf[Kind]): string {
  if ('order_id' in record) return record.order_id;
  return 'product_id' in record ? record.product_id : record.customer_id;
}

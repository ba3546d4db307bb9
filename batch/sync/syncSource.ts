import { phoneNotes } from '../identity/identityNotes.ts';
import type { IdentityRules } from '../identity/identityRules.ts';
import { type IdSharing, recordIdSharing } from '../identity/sourceIds.ts';
import { refreshStatistics, type Transact, withIngestConnection } from '../ingest/ingestTransaction.ts';
import { KINDS, type Kind } from '../ingest/kinds.ts';
import type { Log } from '../log.ts';
import type { Progress, StepProgress } from '../progress.ts';
import type { Readings, Source } from '../sources/source.ts';
import { createCatalogueSeen } from './missingProducts.ts';
import { storeUnit } from './storeUnit.ts';
import { addCounts, type SyncCounts } from './syncCounts.ts';
import { readSyncState, recordAttempt, recordSuccess } from './syncState.ts';

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
  readonly sharing: IdSharing;
  /** Reads everything again, and believes a catalogue that has lost most of its products. */
  readonly full: boolean;
  readonly note: (note: string) => void;
  /** Added to after each transaction. */
  readonly counts: SyncCounts;
  /** Called after each transaction. */
  readonly onCommit: () => void;
}

/**
 * Reads what is new at a source, page by page; each page is one transaction that also stores where to go on.
 * @throws BatchError, or what the database or the other side failed with: everything committed stays
 */
export async function syncSource(request: SyncRequest, context: SyncContext): Promise<void> {
  const { source, fingerprint, sharing, full, note, counts } = request;
  const { identity } = context;
  const progress = context.progress.step(`sync ${source.name}`);
  const unread = identity.contacts.unreadablePhones;
  try {
    await withIngestConnection(context, async (transact) => {
      const cursors = await transact(async (client) => {
        await recordIdSharing(client, source.name, sharing);
        const before = await readSyncState(client, source.name);
        // Where to go on means nothing to other settings, and what they would say of older records is not known.
        const changed = before.fingerprint !== null && before.fingerprint !== fingerprint;
        if (changed) note('its settings have changed: everything was read again with them');
        await recordAttempt(client, { source: source.name, fingerprint, full: full || changed });
        return full || changed ? {} : before.cursors;
      });
      for (const kind of KINDS)
        await syncKind(kind, { request, transact, identity, cursor: cursors[kind] ?? null, progress });
      await transact((client) => recordSuccess(client, { source: source.name, counts }));
    });
    for (const text of phoneNotes(identity.contacts.unreadablePhones - unread)) note(text);
    await refreshStatistics(context, counts.orders.added + counts.orders.changed).catch(() => undefined);
    progress.finish({ records: counts.records, orders: counts.orders.added + counts.orders.changed });
  } catch (error) {
    progress.fail(error instanceof Error ? error.message : String(error));
    throw error;
  }
}

interface KindSync {
  readonly request: SyncRequest;
  readonly transact: Transact;
  readonly identity: IdentityRules;
  readonly cursor: string | null;
  readonly progress: StepProgress;
}

async function syncKind<K extends Kind>(
  kind: K,
  { request, transact, identity, cursor, progress }: KindSync,
): Promise<void> {
  const readings: Readings = request.source;
  const read = readings[kind];
  if (read === null) return;
  const source = request.source.name;
  const pages = read(cursor)[Symbol.asyncIterator]();
  const seen = kind === 'products' ? createCatalogueSeen(request) : null;
  let done = 0;
  let unread = cursor === null;
  const onPage = (records: number, total: number | null) =>
    progress.update({ done: done + records, total, unit: 'records', note: `${kind} of ${source}` });
  try {
    for (let page = await pages.next(); !page.done; page = await pages.next()) {
      const unit = { source, kind, identity, first: page.value, pages, unread, seen, onPage };
      const counts = await transact((client) => storeUnit(client, unit));
      done += counts.records;
      unread &&= counts.records === 0;
      addCounts(request.counts, counts);
      request.onCommit();
    }
  } finally {
    // Lets go of files and connections when it ends early; what it may still throw is of no interest then.
    await pages.return?.().then(
      () => undefined,
      () => undefined,
    );
  }
}

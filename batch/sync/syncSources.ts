import { explainDatabaseError } from '../db/explainDatabaseError.ts';
import { BatchError } from '../errors.ts';
import type { IdSharing } from '../identity/sourceIds.ts';
import { withIngestConnection } from '../ingest/ingestTransaction.ts';
import type { Source } from '../sources/source.ts';
import { noCounts, type SyncCounts } from './syncCounts.ts';
import { type SyncContext, syncSource } from './syncSource.ts';
import { recordFailure } from './syncState.ts';

/** Waits before the second, third … attempt, when the one before has stored nothing new. */
const WAITS_MS = [1_000, 5_000, 30_000, 120_000];

/** A source and what is asked of it. */
export interface SyncTask {
  readonly source: Source;
  readonly fingerprint: string;
  readonly sharing: IdSharing;
  readonly full: boolean;
  /** What the source has to say; gathered while it is read. */
  readonly notes: () => readonly string[];
  readonly note: (note: string) => void;
}

/** What became of one source. */
export type SyncResult = {
  readonly source: string;
  readonly notes: readonly string[];
  readonly seconds: number;
} & ({ readonly counts: SyncCounts } | { readonly error: unknown });

interface SyncClock {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/** Syncs one source after the other; one that fails does not keep the others from their turn. */
export async function syncSources(
  tasks: readonly SyncTask[],
  context: SyncContext & SyncClock,
): Promise<SyncResult[]> {
  const results: SyncResult[] = [];
  for (const task of tasks) {
    const begun = context.now();
    const told = () => ({
      source: task.source.name,
      notes: task.notes(),
      seconds: (context.now() - begun) / 1000,
    });
    try {
      const counts = await syncPatiently(task, context);
      results.push({ ...told(), counts });
    } catch (thrown) {
      context.signal.throwIfAborted();
      const error = explainDatabaseError(thrown);
      await remember(task.source.name, error, context);
      results.push({ ...told(), error });
    }
  }
  return results;
}

/** Tries again, with growing waits, what may be better in a while; a page that got through begins the count anew. */
async function syncPatiently(task: SyncTask, context: SyncContext & SyncClock): Promise<SyncCounts> {
  let { full } = task;
  const counts = noCounts();
  for (let failures = 0; ; failures++) {
    let stored = false;
    try {
      const onCommit = () => {
        stored = true;
        // What a first attempt has read anew need not be read anew again.
        full = false;
      };
      await syncSource({ ...task, full, counts, onCommit }, context);
      return counts;
    } catch (thrown) {
      context.signal.throwIfAborted();
      if (stored) failures = 0;
      const wait = WAITS_MS[failures];
      if (wait === undefined || !mayPass(thrown)) throw thrown;
      const cause = thrown instanceof Error ? thrown.message : String(thrown);
      context.log.warn(`${task.source.name}: ${cause} Trying again in ${wait / 1000} s.`);
      await context.sleep(wait);
    }
  }
}

const PASSING = new Set(['source_down', 'database_unreachable', 'bucket_unreachable', 'cut_off']);
/** PostgreSQL: connection failures, shutdowns, too many connections, deadlocks; Node: sockets. */
const PASSING_CAUSES = /^(08|57P|53|40)|^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|UND_ERR)/;

function mayPass(thrown: unknown): boolean {
  if (thrown instanceof BatchError) return PASSING.has(thrown.code) && !thrown.final;
  if (!(thrown instanceof Error)) return false;
  const code = 'code' in thrown ? String(thrown.code) : '';
  return PASSING_CAUSES.test(code) || /connection terminated|connection ended/i.test(thrown.message);
}

async function remember(source: string, error: unknown, context: SyncContext): Promise<void> {
  const text = error instanceof BatchError ? `${error.code}: ${error.message}` : String(error);
  await withIngestConnection(context, (transact) =>
    transact((client) => recordFailure(client, { source, error: text.slice(0, 1000) })),
  ).catch((cause: unknown) => {
    const why = explainDatabaseError(cause);
    context.log.warn(
      `The failure of ${source} could not be written down: ${why instanceof Error ? why.message : String(why)}`,
    );
  });
}

import type { Log } from '../log.ts';
import type { IngestInput } from './ingestInput.ts';
import { refreshStatistics } from './ingestTransaction.ts';
import { writeSuspects } from './notRecommendable.ts';
import type { RejectsFile } from './rejects.ts';
import { type IngestSummary, type Loaded, summariseIngest } from './summary.ts';

interface Conclusion {
  readonly request: IngestInput;
  readonly rejects: RejectsFile | null;
  readonly databaseUrl: string;
  readonly log: Log;
  /** Milliseconds since 1970, as `begun`. */
  readonly now: () => number;
  readonly begun: number;
}

/**
 * What follows the commit: statistics, the rejects file, the not-recommendable list. Everything is
 * loaded by then, so what fails here is only warned of; the summary names no file that is not there.
 */
export async function concludeIngest(loaded: Loaded, conclusion: Conclusion): Promise<IngestSummary> {
  const { request, rejects, log, now, begun } = conclusion;
  const { added, changed } = loaded.merged.orders;
  await attempt(log, "only Postgres' statistics are not refreshed (ANALYZE does it)", () =>
    refreshStatistics(conclusion, added + changed),
  );
  const rejectsWritten = await attempt(
    log,
    `only the rejects file ${request.rejects} is not written (repeat with another --rejects FILE)`,
    async () => await rejects?.close(),
  );
  const told = rejectsWritten ? request : { ...request, rejects: null };
  const summary = summariseIngest({ ...loaded, request: told, seconds: (now() - begun) / 1000 });
  const { suspectsFile, suspects } = summary;
  if (suspectsFile === null) return summary;
  const suspectsWritten = await attempt(
    log,
    `only the not-recommendable list ${suspectsFile} is not written (repeat with another --suspects FILE)`,
    () => writeSuspects(suspectsFile, suspects),
  );
  return suspectsWritten ? summary : { ...summary, suspectsFile: null };
}

async function attempt(log: Log, failure: string, work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    log.warn(`Everything is loaded; ${failure}: ${cause}`);
    return false;
  }
}

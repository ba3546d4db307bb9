import type { ClientBase } from 'pg';
import { z } from 'zod';
import { FORMAT_VERSION } from '../../shared/snapshot/frame.ts';
import type { GateCheck } from './gateChecks.ts';

/** What the deployed Worker says it reads, or why that is not known. */
export type WorkerFormats =
  | { readonly formats: readonly number[]; readonly problem: null }
  | { readonly formats: null; readonly problem: string };

const Status = z.object({ snapshot_formats: z.array(z.int()).optional() });
const PATIENCE_MS = 10_000;
const STATUS_PATH = '/api/v1/personalize/status';

/** Asks the Worker at EDGE_URL. Never throws: what is not known is a finding too. */
export async function askWorkerFormats(edgeUrl: string | null, signal: AbortSignal): Promise<WorkerFormats> {
  if (edgeUrl === null) return { formats: null, problem: 'EDGE_URL is not set: the Worker was not asked' };
  try {
    const answer = await fetch(new URL(STATUS_PATH, edgeUrl), {
      signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]),
    });
    if (!answer.ok) return { formats: null, problem: `the Worker answers ${answer.status}` };
    const formats = Status.parse(await answer.json()).snapshot_formats;
    return formats === undefined
      ? { formats: null, problem: 'the Worker does not say which formats it reads' }
      : { formats, problem: null };
  } catch {
    signal.throwIfAborted();
    return { formats: null, problem: 'the Worker does not answer' };
  }
}

/** Format of the live snapshot's manifest; null before the first. */
export async function readLiveFormat(client: ClientBase): Promise<number | null> {
  const answer = await client.query(
    `SELECT (manifest->>'format')::int AS format FROM snapshots
     WHERE snapshot_id = (SELECT live_snapshot_id FROM live_pointer)`,
  );
  return answer.rows.length === 0
    ? null
    : z.object({ format: z.int().nullable() }).parse(answer.rows[0]).format;
}

/**
 * What would be published must be readable by the Worker that is deployed. Where the Worker cannot be asked, the
 * format that it reads now will do; the first snapshot passes, for there is nothing to lose.
 */
export function judgeFormat(
  { formats, problem }: WorkerFormats,
  liveFormat: number | null,
  format: number = FORMAT_VERSION,
): GateCheck {
  const readable = formats ?? (liveFormat === null ? [format] : [liveFormat]);
  const limit = formats === null ? 'the format that is live' : `one of ${formats.join(', ')}`;
  const found = `format ${format}${problem === null ? '' : ` (${problem})`}`;
  if (readable.includes(format)) return { check: 'format', verdict: 'pass', found, limit, remedy: '' };
  return {
    check: 'format',
    verdict: 'hold',
    found,
    limit,
    remedy:
      'deploy a Worker that reads this format first: npm run deploy; then batch publish --run ID --force',
  };
}

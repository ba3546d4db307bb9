import type pg from 'pg';
import type { z } from 'zod';
import { BatchError } from '../errors.ts';
import { phoneNotes } from '../identity/identityNotes.ts';
import type { IdentityRules } from '../identity/identityRules.ts';
import { readIdSharing, recordIdSharing } from '../identity/sourceIds.ts';
import type { Log } from '../log.ts';
import type { Progress, StepProgress } from '../progress.ts';
import { recordNewestOrder, recordSuccess } from '../sync/syncState.ts';
import { concludeIngest } from './concludeIngest.ts';
import { type IngestInput, readIngestInput } from './ingestInput.ts';
import { inIngestTransaction } from './ingestTransaction.ts';
import type { Kind } from './kinds.ts';
import { type Mapping, readMapping } from './mapping.ts';
import { mergeStaged } from './mergeStaged.ts';
import { type Decisions, readDecisions } from './notRecommendable.ts';
import { REJECT_REASONS, REMEDIES } from './rejectReason.ts';
import { openRejects, type RejectsFile } from './rejects.ts';
import { createStage } from './stage.ts';
import { type RowCounts, stageFile } from './stageFile.ts';
import type { IngestSummary, Loaded } from './summary.ts';

interface IngestContext {
  readonly databaseUrl: string;
  readonly identity: IdentityRules;
  readonly log: Log;
  readonly progress: Progress;
  /** Milliseconds since 1970; orders beyond the next days are mistakes. */
  readonly now: () => number;
  /** Stops the ingest; nothing of it stays. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Loads files into Postgres in one transaction; the same files again change nothing.
 * @throws BatchError when a file as a whole cannot be used; then nothing is loaded
 */
export async function ingestFiles(
  input: z.input<typeof IngestInput>,
  context: IngestContext,
): Promise<IngestSummary> {
  const request = readIngestInput(input);
  const begun = context.now();
  const mapping = await readMapping(request.mapping);
  const decisions = await readGivenDecisions(request);
  const rejects = request.rejects === null ? null : await openRejects(request.rejects);
  const progress = context.progress.step('ingest');
  const { identity } = context;
  const job: Job = { request, mapping, decisions, rejects, progress, identity, now: begun };
  try {
    const loaded = await inIngestTransaction(context, (client) => load(job, client));
    const summary = await concludeIngest(loaded, { ...context, request, rejects, begun });
    progress.finish(changesOf(summary));
    return summary;
  } catch (error) {
    progress.fail(error instanceof Error ? error.message : String(error));
    await rejects?.close().catch(() => undefined);
    throw error;
  }
}

function changesOf({ lines, orders, products, customers }: IngestSummary): Record<string, number> {
  return {
    lines: lines.read,
    orders: orders.added + orders.changed,
    products: products.added + products.changed,
    customers: customers.added + customers.changed,
  };
}

async function readGivenDecisions(request: IngestInput): Promise<Decisions> {
  if (request.notRecommendable === null) return { listed: [], unlisted: [] };
  return await readDecisions(request.notRecommendable);
}

interface Job {
  readonly request: IngestInput;
  readonly mapping: Mapping;
  readonly decisions: Decisions;
  readonly identity: IdentityRules;
  readonly rejects: RejectsFile | null;
  readonly progress: StepProgress;
  readonly now: number;
}

async function load(job: Job, client: pg.ClientBase): Promise<Loaded> {
  const { request, mapping, rejects, progress, decisions, identity } = job;
  const { orders, products, customers, source, listCertain } = request;
  await recordIds(client, request);
  const stage = await createStage(client, identity.contacts);
  const notes: string[] = [];
  const read = (kind: Kind, path: string | null) =>
    stageFile(
      { kind, path, mapping, now: job.now },
      { stage, rejects, progress, note: (text) => notes.push(text) },
    );
  const unread = identity.contacts.unreadablePhones;
  const productRows = await read('products', products);
  const customerRows = await read('customers', customers);
  const orderRows = await read('orders', orders);
  refuseNothingUsable([productRows, customerRows, orderRows]);
  progress.update({ done: orderRows.read, unit: 'lines', note: 'merging into the database' });
  await stage.finish();
  const merged = await mergeStaged(client, { source, listCertain, decisions, identity });
  await recordNewestOrder(client, source);
  await recordSuccess(client, { source, counts: merged.orders });
  notes.push(...phoneNotes(identity.contacts.unreadablePhones - unread));
  return { merged, orderRows, productRows, customerRows, notes };
}

/** What is not said is as it was, by an earlier ingest or the sources file. */
async function recordIds(client: pg.ClientBase, request: IngestInput): Promise<void> {
  const before = await readIdSharing(client, request.source);
  await recordIdSharing(client, request.source, {
    customersOf: request.sameCustomerIdsAs ?? before.customersOf,
    ownProducts: request.ownProductIds || before.ownProducts,
  });
}

/** A file of which no row can be used was not meant to be read this way. */
function refuseNothingUsable(files: readonly RowCounts[]): void {
  for (const { read, rejected, byReason } of files) {
    if (read === 0 || rejected < read) continue;
    const [reason] = [...byReason].sort(([, a], [, b]) => b - a)[0] ?? [];
    throw new BatchError({
      code: 'nothing_usable',
      message: `None of the ${read} rows can be used, most of them for: ${reason === undefined ? '' : REJECT_REASONS[reason]}. Nothing was loaded.`,
      remedy:
        (reason && REMEDIES[reason]) ??
        'See the rejects file; a mapping file (docs/ingest.md) says which column is which.',
    });
  }
}

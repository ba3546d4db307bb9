import type { PersonalizeClient } from '@aws-sdk/client-personalize';
import { createCustomerKeyer } from '../../shared/identity/customerKey.ts';
import { keyFromBigInt } from '../../shared/snapshot/key64.ts';
import { inTransaction } from '../db/pool.ts';
import { BatchError } from '../errors.ts';
import { EVALUATION_SUFFIX } from '../evaluation/remakeLists.ts';
import { followSnapshot } from '../overlay/followSnapshot.ts';
import { declareLive, readKvPointer, writeKvPointer } from '../publish/livePointer.ts';
import { kvOf, type PublishContext } from '../publish/publishContext.ts';
import { purgeCaches } from '../publish/purgeCaches.ts';
import { readPublishedSnapshots } from '../snapshots/publishedSnapshots.ts';
import { type DeletionContext, type DeletionOutcome, deleteFromPersonalize } from './deletionJob.ts';
import { createErasedIdHasher } from './erasedIds.ts';
import { completeErasure, type Erasure, eraseRows } from './eraseRows.ts';
import { findPerson, type PersonName } from './findPerson.ts';
import { removeFromRejects } from './rejectsFile.ts';
import { rewriteObjects } from './rewriteObjects.ts';
import { rewriteShards } from './rewriteShards.ts';

export type EraseContext = PublishContext &
  DeletionContext & {
    /** Other engines that may know the person: those that evaluations ask. */
    readonly otherEngines: readonly PersonalizeClient[];
  };

/** What was removed from one place. */
export interface ErasedFrom {
  readonly where: string;
  readonly removed: string;
}

export interface ErasureReport {
  readonly erasureId: number;
  readonly rows: readonly ErasedFrom[];
  /** False: Personalize is still at it; the same command again looks. */
  readonly complete: boolean;
  /** From then on nobody is shown a list of the person's, wherever they ask. */
  readonly unseenFrom: Date;
  /** From then on no copy is left, not even one that nobody can reach. */
  readonly goneBy: Date;
}

/**
 * A data centre may keep a manifest for a minute, and learn of a new one a minute late: told of the generation before
 * that, an isolate would read the old manifest under the new generation, and keep it.
 */
const KV_SETTLES_MS = 125_000;
/** A part that is deleted may lie in a data centre for a day (edge/stores/partMemory.ts), under a key nobody asks for. */
const PART_CACHED_MS = 86_400_000;

/**
 * Takes one person out of everything: Postgres, every kept snapshot in KV, the objects in S3, rejects files and
 * Personalize; what stays are keyed hashes of the ids, by which sync knows them again and leaves them anonymous.
 * Safe to repeat: a second call does what a first one did not get to. Call it with the lease held.
 * Throws BatchError `unknown_customer`.
 */
export async function eraseCustomer(
  context: EraseContext,
  { name, rejects }: { readonly name: PersonName; readonly rejects: readonly string[] },
): Promise<ErasureReport> {
  const { pool, config, progress } = context;
  const tools = {
    keyOf: createCustomerKeyer(config.identity.idHashKey),
    hashOf: createErasedIdHasher(config.identity.idHashKey),
  };
  const rows: ErasedFrom[] = await eraseFromRejects(context, name, rejects);
  const erased = await eraseRows(pool, name, tools);
  if (erased === null) throw unknown(name);
  const { erasure, removed } = erased;
  rows.push({ where: 'Postgres', removed: describe(removed) });
  if (erasure.completed_at !== null) return alreadyErased(erasure);
  progress.update({ done: 1, total: 4, unit: 'places', note: 'KV' });
  rows.push(...(await eraseFromKv(context, erasure)));
  progress.update({ done: 2, total: 4, unit: 'places', note: 'S3' });
  rows.push(await eraseFromS3(context, erasure));
  progress.update({ done: 3, total: 4, unit: 'places', note: 'Personalize' });
  const ended = await eraseFromPersonalize(context, erasure);
  rows.push({ where: 'Personalize', removed: PERSONALIZE[ended] });
  const complete = ended !== 'under way';
  const now = context.clock().getTime();
  const report = {
    erasureId: erasure.erasure_id,
    rows,
    complete,
    unseenFrom: new Date(now + KV_SETTLES_MS),
    goneBy: new Date(now + PART_CACHED_MS),
  };
  if (complete) await completeErasure(pool, erasure.erasure_id, report);
  return report;
}

const PERSONALIZE = {
  absent: 'nothing: there is no dataset group',
  completed: 'all records, by a data deletion job',
  'under way': 'a data deletion job is under way; run the same command again to see its end',
} as const;

async function eraseFromRejects(
  { pool }: EraseContext,
  name: PersonName,
  files: readonly string[],
): Promise<ErasedFrom[]> {
  const person = await inTransaction(pool, (client) => findPerson(client, name));
  const ids = [
    ...new Set([
      name.id,
      ...(person?.members.map((member) => member.unified_customer_id) ?? []),
      ...(person?.aliases.map((alias) => alias.source_id) ?? []),
    ]),
  ];
  const rows: ErasedFrom[] = [];
  for (const file of files) {
    const removed = await removeFromRejects(file, ids);
    if (removed !== null) rows.push({ where: file, removed: `${removed} rows` });
  }
  return rows;
}

async function eraseFromKv(context: EraseContext, { kv_keys }: Erasure): Promise<ErasedFrom[]> {
  const done = await rewriteShards(context, (kv_keys ?? []).map(keyFromBigInt));
  if (done.snapshots > 0) {
    await renewGeneration(context);
    if (isCloudflare(context)) {
      await context.sleep(KV_SETTLES_MS);
      await renewGeneration(context);
    }
    await purgeCaches(context);
  }
  await followSnapshot(context, { suspicious: false });
  const { snapshots, parts_rewritten: parts } = done;
  return [{ where: 'KV', removed: `records in ${snapshots} snapshots: ${parts} parts replaced and deleted` }];
}

/** Isolates look at a manifest again when the generation has changed. */
async function renewGeneration(context: PublishContext): Promise<void> {
  const published = await inTransaction(context.pool, readPublishedSnapshots);
  const live = published.find(({ place }) => place === 'live');
  if (live === undefined) return;
  const kv = kvOf(context);
  const seen = await readKvPointer(kv);
  const pointer = await declareLive(context, {
    manifest: live.manifest,
    catalogue: null,
    seenGeneration: seen?.generation ?? 0,
  });
  await writeKvPointer(context, kv, pointer);
}

function isCloudflare({ config }: EraseContext): boolean {
  return new URL(config.kv.baseUrl).hostname.endsWith('cloudflare.com');
}

async function eraseFromS3(context: EraseContext, { customer_numbers }: Erasure): Promise<ErasedFrom> {
  const {
    objects_rewritten: objects,
    lines_removed: lines,
    versioned,
  } = await rewriteObjects(context, customer_numbers ?? []);
  const keeps = versioned === null ? 'may keep (s3:GetBucketVersioning would tell)' : 'keeps';
  const former =
    versioned === false
      ? ''
      : `; the bucket ${keeps} former versions until its own life-cycle rule deletes them`;
  return { where: 'S3', removed: `${lines} lines of ${objects} objects${former}` };
}

/** Also from the dataset groups of evaluations, on every engine. */
async function eraseFromPersonalize(
  context: EraseContext,
  { erasure_id: erasureId, customer_numbers: numbers }: Erasure,
): Promise<DeletionOutcome> {
  const { config, personalize, otherEngines } = context;
  const evaluation = {
    ...config,
    environment: `${config.environment}${EVALUATION_SUFFIX}`,
    personalize: { ...config.personalize, datasetGroupArn: null },
  };
  const outcomes: DeletionOutcome[] = [];
  for (const client of [personalize, ...otherEngines]) {
    const own = client === personalize ? config : { ...config, personalize: evaluation.personalize };
    for (const place of [own, evaluation]) {
      const there = { ...context, personalize: client, config: place };
      outcomes.push(await deleteFromPersonalize(there, { erasureId, customerNumbers: numbers ?? [] }));
    }
  }
  return (
    outcomes.find((one) => one === 'under way') ?? outcomes.find((one) => one === 'completed') ?? 'absent'
  );
}

function describe(removed: Readonly<Record<string, number>>): string {
  const parts = Object.entries(removed).filter(([, count]) => count > 0);
  if (parts.length === 0) return 'nothing was left';
  return parts.map(([what, count]) => `${count} ${what.replaceAll('_', ' ')}`).join(', ');
}

function alreadyErased({ erasure_id, completed_at }: Erasure): ErasureReport {
  const at = completed_at ?? new Date(0);
  const rows = [{ where: 'everywhere', removed: `nothing was left: erased on ${at.toISOString()}` }];
  const goneBy = new Date(at.getTime() + PART_CACHED_MS);
  return { erasureId: erasure_id, rows, complete: true, unseenFrom: at, goneBy };
}

function unknown({ source }: PersonName): BatchError {
  return new BatchError({
    code: 'unknown_customer',
    message: 'nobody is known by this id',
    remedy:
      source === null
        ? 'check the id; if another system gave it, say which: --source NAME'
        : `check the id and that it is ${source}'s; without --source the shop's own ids are meant`,
  });
}

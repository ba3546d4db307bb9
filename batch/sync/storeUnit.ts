import type pg from 'pg';
import { BatchError } from '../errors.ts';
import type { IdentityRules } from '../identity/identityRules.ts';
import { addRecords } from '../ingest/addRecords.ts';
import type { Kind, RecordOf } from '../ingest/kinds.ts';
import { mergeStaged } from '../ingest/mergeStaged.ts';
import { REJECT_REASONS, REMEDIES } from '../ingest/rejectReason.ts';
import { createStage, type Stage } from '../ingest/stage.ts';
import type { SourcePage, SourceReject } from '../sources/source.ts';
import type { CatalogueSeen } from './missingProducts.ts';
import { addMerged, addRejects, noCounts, type SyncCounts } from './syncCounts.ts';
import { MOST_REJECTS, storeRejects } from './syncRejects.ts';
import { recordNewestOrder, storeCursor } from './syncState.ts';

export interface Unit<K extends Kind> {
  readonly source: string;
  readonly kind: K;
  readonly identity: IdentityRules;
  readonly first: SourcePage<RecordOf[K]>;
  /** The pages after the first. */
  readonly pages: AsyncIterator<SourcePage<RecordOf[K]>>;
  /** Whether nothing of this kind has been read before: then rejects alone show that the settings are wrong. */
  readonly unread: boolean;
  readonly seen: CatalogueSeen | null;
  /** Called after each page, with the records of this unit so far. */
  readonly onPage: (records: number, total: number | null) => void;
}

/**
 * Pages up to the next one that may stand alone, merged in one transaction that also stores where to go on.
 * @throws BatchError nothing_usable
 */
export async function storeUnit<K extends Kind>(client: pg.ClientBase, unit: Unit<K>): Promise<SyncCounts> {
  const { kind, source, seen, pages } = unit;
  const counts = noCounts();
  const rejects: SourceReject[] = [];
  const accepted = new Set<string>();
  let replaces: string | null = null;
  let stage: Stage | null = null;
  let last: SourcePage<RecordOf[K]> = unit.first;
  for (;;) {
    if (last.records.length > 0) {
      stage ??= await createStage(client, unit.identity.contacts);
      addRecords(stage, kind, last.records);
      await stage.relieve();
    }
    replaces ??= last.replaces ?? null;
    for (const { record } of last.records) {
      seen?.add(idOf(record));
      if (replaces === null) accepted.add(idOf(record));
    }
    rejects.push(...last.rejects.slice(0, MOST_REJECTS - rejects.length));
    addRejects(counts, last.rejects);
    counts.records += last.records.length;
    unit.onPage(counts.records, last.total ?? null);
    if (last.cursor !== null) break;
    const next = await pages.next();
    if (next.done) break;
    last = next.value;
  }
  if (unit.unread) refuseNothingUsable(unit, counts);
  if (stage !== null) await mergeStage(client, stage, { unit, counts });
  await storeRejects(client, { source, kind, rejects, replaces, accepted: [...accepted] });
  if (last.complete === true) counts.missing = (await seen?.retireMissing(client)) ?? 0;
  if (last.cursor !== null) await storeCursor(client, { source, kind, cursor: last.cursor });
  return counts;
}

async function mergeStage<K extends Kind>(
  client: pg.ClientBase,
  stage: Stage,
  { unit, counts }: { readonly unit: Unit<K>; readonly counts: SyncCounts },
): Promise<void> {
  await stage.finish();
  const { source, identity } = unit;
  const decisions = { listed: [], unlisted: [] };
  addMerged(counts, await mergeStaged(client, { source, listCertain: true, decisions, identity }));
  if (unit.kind === 'orders') await recordNewestOrder(client, source);
}

function idOf(record: RecordOf[Kind]): string {
  if ('order_id' in record) return record.order_id;
  return 'product_id' in record ? record.product_id : record.customer_id;
}

/** A few bad records may come first by chance; so many mean another shape than was expected. */
const MANY_REJECTS = 20;

function refuseNothingUsable<K extends Kind>({ kind, source }: Unit<K>, counts: SyncCounts): void {
  if (counts.records > 0 || counts.rejected < MANY_REJECTS) return;
  const [reason = 'not_an_object'] = Object.entries(counts.rejectedByReason)
    .sort(([, a], [, b]) => b - a)
    .map(([name]) => name as keyof typeof REJECT_REASONS);
  throw new BatchError({
    code: 'nothing_usable',
    message: `None of the first ${counts.rejected} ${kind} of ${source} can be used, most of them for: ${REJECT_REASONS[reason]}. Nothing of them was stored.`,
    remedy:
      REMEDIES[reason] ?? 'The "mapping" of the source (docs/sources.md) says which of its fields is which.',
  });
}

import type { ClientBase } from 'pg';
import { AnalyticsPairs, Places } from '../../shared/snapshot/documents.ts';
import type { ItemLines } from '../evidence/itemLines.ts';
import type { PairTable } from '../evidence/pairs.ts';
import type { Evidence } from '../evidence/readEvidence.ts';
import { topPairs } from '../evidence/topPairs.ts';

/** Pairs of the whole shop that analytics shows at most. */
const ANALYTICS_PAIRS = 500;

interface DocumentLoad {
  readonly snapshotId: number;
  readonly evidence: Evidence;
  readonly itemLines: ItemLines;
  readonly pairs: PairTable;
}

/** Writes the snapshot's documents, replacing those of an earlier attempt. */
export async function loadDocuments(client: ClientBase, load: DocumentLoad): Promise<void> {
  const { evidence, itemLines, pairs, snapshotId } = load;
  const best = topPairs({
    book: evidence.book,
    index: itemLines,
    pairs,
    keep: (item) => evidence.products.sellable[item] === 1,
    limit: ANALYTICS_PAIRS,
  });
  const documents = {
    places: Places.parse(evidence.places.names),
    analytics_pairs: AnalyticsPairs.parse(
      best.map(({ a, b, support, lift }) => [a, b, support, Math.round(lift * 1000) / 1000]),
    ),
  };
  for (const [name, document] of Object.entries(documents)) {
    await client.query(
      `INSERT INTO snapshot_documents (snapshot_id, name, document) VALUES ($1, $2, $3)
       ON CONFLICT (snapshot_id, name) DO UPDATE SET document = excluded.document`,
      [snapshotId, name, JSON.stringify(document)],
    );
  }
}

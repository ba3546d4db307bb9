import type { PoolClient } from 'pg';
import { z } from 'zod';
import { copyOut } from '../db/copyOut.ts';
import { inTransaction } from '../db/pool.ts';
import {
  datasetQueries,
  EXPORTED_TABLE,
  INPUT_QUERIES,
  JSON_LINES_FORMAT,
  segmentItemsQuery,
} from '../export/queries.ts';
import { interactionsSince } from '../policy/importMode.ts';
import { deletePrefix, writeObject } from '../storage/objectStore.ts';
import { DATASETS, datasetKey, inputPrefix } from '../storage/paths.ts';
import type { Step, StepContext, StepCounts } from './step.ts';

/** Items a file of a segment job may hold (developer guide, "Endpoints and quotas"). */
const SEGMENT_ITEMS_PER_FILE = 500;

/**
 * Streams the data sets and the inference inputs from one view of the database into the bucket:
 * rows pass through, nothing is gathered here. Objects are replaced when it runs again.
 */
export const exportStep: Step = {
  name: 'export',
  run: (context) =>
    inTransaction(
      context.pool,
      async (client) => {
        await client.query(EXPORTED_TABLE);
        const since = await interactionsSince(context, client);
        return {
          ...(await exportDatasets(context, client, since)),
          ...(await exportInputs(context, client)),
          ...(since === null ? {} : { interactions_since: since }),
          data_until: await newestOrder(client),
        };
      },
      'ISOLATION LEVEL REPEATABLE READ',
    ),
};

async function exportDatasets(
  context: StepContext,
  client: PoolClient,
  since: number | null,
): Promise<StepCounts> {
  const counts: Record<string, number> = {};
  const queries = datasetQueries(since);
  for (const dataset of DATASETS) {
    const key = datasetKey(context.config, context.runId, dataset);
    counts[dataset] = await send(context, client, {
      key,
      query: queries[dataset],
      format: 'FORMAT csv, HEADER',
      contentType: 'text/csv; charset=utf-8',
    });
  }
  return counts;
}

async function exportInputs(context: StepContext, client: PoolClient): Promise<StepCounts> {
  const { config, runId } = context;
  const sendLines = (key: string, query: string) =>
    send(context, client, { key, query, format: JSON_LINES_FORMAT, contentType: 'application/x-ndjson' });
  const input = (recipe: keyof typeof INPUT_QUERIES) =>
    sendLines(`${inputPrefix(config, runId, recipe)}input.jsonl`, INPUT_QUERIES[recipe]);
  const user_lines = await input('user-personalization');
  const item_lines = await input('similar-items');
  await input('popularity-count');
  const { enabled, items } = config.personalize.segments;
  const folder = inputPrefix(config, runId, 'item-affinity');
  // A former attempt may have left more files than there are now.
  await deletePrefix(context.s3, folder);
  let segment_lines = 0;
  for (let offset = 0; enabled && offset < items; offset += SEGMENT_ITEMS_PER_FILE) {
    const limit = Math.min(SEGMENT_ITEMS_PER_FILE, items - offset);
    if (segment_lines < offset) break;
    const key = `${folder}items-${String(offset / SEGMENT_ITEMS_PER_FILE).padStart(4, '0')}.jsonl`;
    segment_lines += await sendLines(key, segmentItemsQuery(limit, offset));
  }
  return { user_lines, item_lines, segment_lines };
}

interface Sending {
  readonly key: string;
  readonly query: string;
  readonly format: string;
  readonly contentType: string;
}

/** @returns rows sent, without a header */
async function send(context: StepContext, client: PoolClient, sending: Sending): Promise<number> {
  const { s3, progress, signal } = context;
  const { key, query, format, contentType } = sending;
  const body = copyOut(client, query, format);
  const note = key.slice(key.lastIndexOf('/') + 1);
  progress.update({ done: 0, unit: 'bytes', note });
  await writeObject(s3, {
    key,
    body,
    contentType,
    signal,
    onProgress: (done) => progress.update({ done, unit: 'bytes', note }),
  });
  return body.rowCount;
}

async function newestOrder(client: PoolClient): Promise<number> {
  const answer = await client.query(
    'SELECT floor(extract(epoch FROM max(newest_order)))::float8 AS newest FROM exported',
  );
  return z.object({ newest: z.number() }).parse(answer.rows[0]).newest;
}

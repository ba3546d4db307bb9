import { Readable } from 'node:stream';
import { copyOut } from '../db/copyOut.ts';
import { datasetQueries, EXPORTED_TABLE } from '../export/queries.ts';
import type { StepContext } from '../steps/step.ts';
import { writeObject } from '../storage/objectStore.ts';
import { DATASETS, datasetKey, inputPrefix } from '../storage/paths.ts';

interface Export {
  /** Orders after it do not exist for whoever learns from this. */
  readonly cutOff: Date;
  /** Customers that lists are asked for. */
  readonly customers: readonly number[];
}

/**
 * Exports the data sets as they were at a moment, and asks for some customers' lists. A view hides later orders
 * from the very queries a run exports with, so nothing of them can leak. The catalogue is today's.
 */
export async function exportUntil(context: StepContext, { cutOff, customers }: Export): Promise<void> {
  const { pool, s3, config, runId, signal } = context;
  const client = await pool.connect();
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    // Temporary relations are found before those of the schema. A date of our own making: no parameter is allowed here.
    await client.query(
      `CREATE TEMP VIEW orders AS SELECT * FROM public.orders WHERE ordered_at <= '${cutOff.toISOString()}'`,
    );
    await client.query(EXPORTED_TABLE);
    const queries = datasetQueries(null);
    for (const dataset of DATASETS) {
      await writeObject(s3, {
        key: datasetKey(config, runId, dataset),
        body: copyOut(client, queries[dataset], 'FORMAT csv, HEADER'),
        contentType: 'text/csv; charset=utf-8',
        signal,
        onProgress: () => undefined,
      });
    }
  } finally {
    // Nothing of it stays: the view, the table, and a connection in an unknown state go.
    await client.query('ROLLBACK').catch(() => undefined);
    client.release(true);
  }
  const lines = customers.map((number) => `${JSON.stringify({ userId: String(number) })}\n`);
  await writeObject(s3, {
    key: `${inputPrefix(config, runId, 'user-personalization')}input.jsonl`,
    body: Readable.from([Buffer.from(lines.join(''))]),
    contentType: 'application/x-ndjson',
  });
}

import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { z } from 'zod';
import { createIdentityRules } from '../identity/identityRules.ts';
import { createLog } from '../log.ts';
import { silentProgress } from '../progress.ts';
import { ingestFiles } from './ingest.ts';
import type { IngestInput } from './ingestInput.ts';
import type { IngestSummary } from './summary.ts';

/** For tests: a folder to write inputs into, and a database to load them. */
export interface IngestFixture {
  /** Lines of the log so far. */
  readonly said: string[];
  path(name: string): string;
  write(name: string, content: string | Uint8Array): Promise<string>;
  ingest(input: z.input<typeof IngestInput>, signal?: AbortSignal): Promise<IngestSummary>;
  query(sql: string): Promise<Record<string, unknown>[]>;
  /** Everything the database holds of commerce, with the physical place of each row: unchanged means untouched. */
  footprint(): Promise<string>;
  close(): Promise<void>;
}

/** 2025-07-01: later orders are from the future. */
const NOW = Date.UTC(2025, 6, 1);
const TABLES = ['products', 'customers', 'orders', 'order_items', 'product_alias', 'customer_alias'];

export async function openIngestFixture(databaseUrl: string): Promise<IngestFixture> {
  const folder = await mkdtemp(join(tmpdir(), 'ingest-'));
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const identity = createIdentityRules({
    identity: { idHashKey: 'ab'.repeat(32) },
    matching: { phoneCountry: 'PK', sharedLimit: 3, junk: [] },
  });
  const said: string[] = [];
  const log = createLog((line) => said.push(line));
  const query = async (sql: string) => (await client.query<Record<string, unknown>>(sql)).rows;
  return {
    said,
    path: (name) => join(folder, name),
    write: async (name, content) => {
      await writeFile(join(folder, name), content);
      return join(folder, name);
    },
    ingest: (input, signal) =>
      ingestFiles(input, { databaseUrl, identity, log, progress: silentProgress, now: () => NOW, signal }),
    query,
    footprint: async () => {
      const parts: unknown[] = [];
      for (const table of TABLES)
        parts.push(await query(`SELECT ctid, xmin, t.* FROM ${table} t ORDER BY ctid`));
      return JSON.stringify(parts);
    },
    close: () => client.end(),
  };
}

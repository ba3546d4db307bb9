import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import { createIdentityRules } from '../identity/identityRules.ts';
import { createRemarks } from '../ingest/remarks.ts';
import { createLog } from '../log.ts';
import { silentProgress } from '../progress.ts';
import { createSource } from '../sources/createSource.ts';
import type { SourceContext } from '../sources/source.ts';
import type { ConfiguredSource } from '../sources/sourcesFile.ts';
import { type SyncResult, type SyncTask, syncSources } from './syncSources.ts';

/** For tests: sources synced into a database of the test's own, with a clock that waiting moves on. */
export interface SyncFixture {
  /** Lines of the log so far. */
  readonly said: string[];
  /** Milliseconds waited so far. */
  waited(): number;
  /** Milliseconds since 1970. */
  now(): number;
  /** Lets time go by. */
  pass(ms: number): void;
  sync(sources: readonly ConfiguredSource[], options?: SyncOptions): Promise<SyncResult[]>;
  query(sql: string): Promise<Record<string, unknown>[]>;
  /** Takes everything out. */
  empty(): Promise<unknown>;
  /** Resolves when the first page of a kind has been stored. */
  whenStored(kind: string): Promise<void>;
  /** Everything the shop consists of, without what differs from one history to another. */
  content(): Promise<string>;
  close(): Promise<void>;
}

interface SyncOptions {
  readonly full?: boolean;
  readonly signal?: AbortSignal;
}

/** 2025-07-01: later orders are from the future. */
const NOW = Date.UTC(2025, 6, 1);

const EMPTY = `TRUNCATE products, customers, orders, order_items, product_alias, customer_alias,
  customer_merges, shared_contacts, order_doubles, source_ids, sync_state, sync_rejects RESTART IDENTITY`;

const CONTENT = [
  `SELECT order_id, unified_customer_id, ordered_at, status, province, city FROM orders ORDER BY order_id COLLATE "C"`,
  `SELECT order_id, line_number, product_id, quantity, price FROM order_lines ORDER BY order_id COLLATE "C", line_number`,
  `SELECT product_id, product_name, price, available FROM products ORDER BY product_id COLLATE "C"`,
  `SELECT unified_customer_id, customer_name, province, city FROM customers ORDER BY unified_customer_id COLLATE "C"`,
  `SELECT source, kind, place, record, reason FROM sync_rejects ORDER BY source, kind, place, record`,
];

export async function openSyncFixture(
  databaseUrl: string,
  secrets: Readonly<Record<string, string>> = {},
): Promise<SyncFixture> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const identity = createIdentityRules({
    identity: { idHashKey: 'ab'.repeat(32) },
    matching: { phoneCountry: 'PK', sharedLimit: 3, junk: [] },
  });
  let waited = 0;
  const said: string[] = [];
  const log = createLog((line) => said.push(line));
  const now = () => NOW + waited;
  const query = async (sql: string) => (await client.query<Record<string, unknown>>(sql)).rows;
  return {
    said,
    now,
    waited: () => waited,
    pass: (ms) => {
      waited += ms;
    },
    sync: async (sources, { full = false, signal = new AbortController().signal } = {}) => {
      const sleep = async (ms: number) => {
        signal.throwIfAborted();
        waited += ms;
      };
      const tasks = sources.map((configured): SyncTask => {
        const remarks = createRemarks();
        const { note, notes } = remarks;
        const context: SourceContext = {
          secret: (name) => secrets[name],
          log,
          now,
          sleep,
          signal,
          note,
          remarks,
        };
        const source = createSource(configured, context);
        const { fingerprint, sharing } = configured;
        return { source, fingerprint, sharing, full, notes, note };
      });
      return await syncSources(tasks, {
        ...{ databaseUrl, identity, log, progress: silentProgress, signal, now, sleep },
      });
    },
    query,
    empty: () => query(EMPTY),
    whenStored: async (kind) => {
      const sql = `SELECT FROM sync_state WHERE cursor LIKE '%"${kind}"%'`;
      while ((await query(sql)).length === 0) await setTimeout(5);
    },
    content: async () => {
      const parts: unknown[] = [];
      for (const sql of CONTENT) parts.push(await query(sql));
      return JSON.stringify(parts, null, 1);
    },
    close: () => client.end(),
  };
}

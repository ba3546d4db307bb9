import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { startS3 } from '../../local/s3/startS3.ts';
import { createTestDatabase } from '../../local/testing/database.ts';
import { type KvServer, startKvServer } from '../../local/testing/kvServer.ts';
import type { Config } from '../config.ts';
import { createPool } from '../db/pool.ts';
import type { Lease } from '../runs/lease.ts';
import { loadStep } from '../steps/load.ts';
import { publishStep } from '../steps/publish.ts';
import type { StepContext, StepCounts } from '../steps/step.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { itemLine, userLine, writeOutput } from './outputs.ts';
import { fillShop, seededRandom, seededShop } from './smallShop.ts';
import { testConfig, testContext, testStore } from './stepContext.ts';

export interface PublishedShop {
  readonly addresses: {
    readonly databaseUrl: string;
    readonly s3Url: string;
    readonly bucket: string;
    readonly kvBaseUrl: string;
    readonly kvToken: string;
  };
  readonly kv: KvServer;
  /** Removed at the end. */
  readonly folder: string;
  readonly pool: Pool;
  readonly config: Config;
  readonly store: ObjectStore;
  /** Seeded. */
  readonly random: () => number;
  context(runId: string, lease?: Lease): StepContext;
  /** Outputs of all recipes, which differ from run to run. */
  infer(runId: string): Promise<void>;
  load(runId: string): Promise<void>;
  makeLive(runId: string): Promise<StepCounts>;
  intent(): Promise<{ live: number | null; previous: number | null; generation: number }>;
  stop(): Promise<void>;
}

const ITEMS = Array.from({ length: 40 }, (_, i) => `P${i + 1}`);
export const HELD_LEASE: Lease = { holder: 'test', token: 1n, assertHeld: async () => undefined };

/** A seeded shop with a database, bucket and KV of its own, to load and publish runs of. */
export async function startPublishedShop(): Promise<PublishedShop> {
  const bucket = 'bucket';
  const random = seededRandom(11);
  const database = await createTestDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'publish-test-'));
  const s3 = await startS3({ dataDir: folder, buckets: [bucket] });
  const kv = await startKvServer();
  const pool = createPool(database.url);
  const addresses = {
    databaseUrl: database.url,
    s3Url: s3.url,
    bucket,
    kvBaseUrl: kv.baseUrl,
    kvToken: kv.token,
  };
  const config = testConfig(addresses);
  const store = testStore(config, s3.url);
  await fillShop(pool, seededShop(random));

  const context = (runId: string, lease = HELD_LEASE) =>
    testContext({ runId, config, pool, s3: store, lease });
  const infer = (runId: string) => writeOutputs(store, { place: config, runId, random });
  async function load(runId: string): Promise<void> {
    await infer(runId);
    await loadStep.run(context(runId));
  }
  return {
    addresses,
    kv,
    folder,
    pool,
    config,
    store,
    random,
    context,
    infer,
    load,
    makeLive: async (runId) => {
      await load(runId);
      return publishStep.run(context(runId));
    },
    intent: async () => {
      const answer = await pool.query(
        'SELECT live_snapshot_id AS live, previous_snapshot_id AS previous, generation::int FROM live_pointer',
      );
      return answer.rows[0];
    },
    stop: async () => {
      await pool.end();
      await kv.stop();
      await s3.stop();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function writeOutputs(
  store: ObjectStore,
  { place, runId, random }: { place: Config; runId: string; random: () => number },
): Promise<void> {
  const some = (): string[] => [...ITEMS].sort(() => random() - 0.5).slice(0, 14);
  const scores = () => some().map(() => random());
  const users = Array.from({ length: 28 }, (_, i) => userLine(String(i + 1), some(), scores()));
  const items = ITEMS.map((id) => itemLine(id, some()));
  await writeOutput(store, { place, runId, recipe: 'user-personalization' }, users);
  await writeOutput(store, { place, runId, recipe: 'similar-items' }, items);
  await writeOutput(store, { place, runId, recipe: 'popularity-count' }, [userLine('1', some(), [])]);
}

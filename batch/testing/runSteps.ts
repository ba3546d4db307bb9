import { z } from 'zod';
import { createPool } from '../db/pool.ts';
import { reconcilePointer } from '../publish/reconcilePointer.ts';
import { withLease } from '../runs/withLease.ts';
import { loadStep } from '../steps/load.ts';
import { publishStep } from '../steps/publish.ts';
import { testConfig, testContext, testStore } from './stepContext.ts';

/**
 * A process of its own to be killed: loads and publishes one run under the real lease, telling each
 * sign of life on standard output.
 */
const Task = z.object({
  runId: z.string(),
  addresses: z.object({
    databaseUrl: z.string(),
    s3Url: z.string(),
    bucket: z.string(),
    kvBaseUrl: z.string(),
    kvToken: z.string(),
  }),
});

const { runId, addresses } = Task.parse(JSON.parse(process.argv[2] ?? '{}'));
const config = testConfig(addresses);
const pool = createPool(addresses.databaseUrl);
await withLease(addresses.databaseUrl, async (lease) => {
  for (const step of [loadStep, publishStep]) {
    const context = testContext({
      runId,
      config,
      pool,
      s3: testStore(config, addresses.s3Url),
      lease,
      onProgress: () => process.stdout.write(`${step.name}\n`),
    });
    await reconcilePointer(context);
    await step.run(context);
  }
});
await pool.end();

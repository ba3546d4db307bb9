import { randomUUID } from 'node:crypto';
import type { CommandContext } from '../command.ts';
import { withPool } from '../db/pool.ts';
import { BatchError } from '../errors.ts';
import { createPersonalizeClient } from '../personalize/client.ts';
import { createKvStore } from '../publish/kvStore.ts';
import { createAwsClients } from '../setup/awsClients.ts';
import { checkClouds } from './checkClouds.ts';
import type { CloudRow } from './look.ts';

/** A doctor does not wait for what is away as long as a run would. */
const KV_PATIENCE_MS = 20_000;

/** `batch doctor --cloud`: prints every check; throws when one failed. */
export async function checkCloudsCommand(
  context: CommandContext,
  { json }: { json: boolean },
): Promise<void> {
  const config = context.config('database', 'environment', 's3', 'personalize', 'kv');
  await withPool(config.database.url, async (pool) => {
    const signal = AbortSignal.any([context.signal, AbortSignal.timeout(KV_PATIENCE_MS)]);
    const rows = await checkClouds({
      ...createAwsClients(config.s3),
      config,
      pool,
      personalize: createPersonalizeClient(config.personalize, { maxAttempts: 2 }),
      kv: createKvStore(config.kv, { fetch, firstWaitMs: 200, signal }),
      fetch,
      clock: context.clock,
      probe: randomUUID(),
    });
    if (json) context.out(JSON.stringify(rows));
    else for (const line of cloudLines(rows)) context.out(line);
    refuseFailed(rows);
  });
}

function cloudLines(rows: readonly CloudRow[]): string[] {
  const width = Math.max(...rows.map(({ check }) => check.length));
  return rows.flatMap(({ check, ok, detail, remedy }) => [
    `${ok === null ? 'not known' : ok ? 'ok       ' : 'FAILED   '}  ${check.padEnd(width)}  ${detail}`,
    ...(ok === false ? [`           ${' '.repeat(width)}  → ${remedy}`] : []),
  ]);
}

function refuseFailed(rows: readonly CloudRow[]): void {
  const failed = rows.filter(({ ok }) => ok === false).map(({ check }) => check);
  if (failed.length === 0) return;
  throw new BatchError({
    code: 'cloud_check_failed',
    message: `${failed.length} of ${rows.length} checks failed: ${failed.join(', ')}; nothing has been spent`,
    remedy: 'the lines marked FAILED say what to do; batch doctor --cloud looks again',
  });
}

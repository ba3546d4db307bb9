import type { CommandContext } from '../command.ts';
import { withPool } from '../db/pool.ts';
import { BatchError } from '../errors.ts';
import { type HealthProblem, judgeHealth } from './judgeHealth.ts';
import { KV_NOT_CONFIGURED, lookAtKv } from './lookAtKv.ts';
import { readHealth } from './readHealth.ts';

/** `batch status --check`, for monitors: says what is wrong and throws BatchError `unhealthy`, or says that all is well, which is no news. */
export async function checkStatus(
  context: CommandContext,
  { json }: { readonly json: boolean },
): Promise<null> {
  const { database, gate, health } = context.config('database', 'gate', 'health');
  return withPool(database.url, async (pool) => {
    const [facts, kv] = await Promise.all([readHealth(pool, gate), lookAtKv(context)]);
    // A monitor may be given the database alone.
    const pointer = kv.problem === KV_NOT_CONFIGURED ? undefined : (kv.problem ?? kv.pointer);
    const problems = judgeHealth({ now: context.clock(), ...facts, pointer }, health);
    if (json) context.out(JSON.stringify({ healthy: problems.length === 0, problems }));
    else if (problems.length === 0) context.out(`healthy: snapshot ${facts.live?.snapshot_id} is live`);
    else
      for (const { code, message, remedy } of problems)
        context.out(`${message} [${code}]; what to do: ${remedy}`);
    if (problems.length > 0) throw unhealthy(problems);
    return null;
  });
}

function unhealthy(problems: readonly HealthProblem[]): BatchError {
  return new BatchError({
    code: 'unhealthy',
    message: problems.map(({ message }) => message).join('; '),
    remedy: problems[0]?.remedy ?? '',
  });
}

import type { CommandContext } from '../command.ts';
import { withPool } from '../db/pool.ts';
import { BatchError } from '../errors.ts';
import { examineData } from './examine.ts';
import { findingLines, refuseErrors } from './report.ts';

/** `batch doctor`: prints every finding; throws when one is an error. */
export async function examineCommand(context: CommandContext, { json }: { json: boolean }): Promise<void> {
  const { database } = context.config('database');
  await withPool(database.url, async (pool) => {
    const findings = await examineData(pool, { now: context.clock(), engine: engineOf(context) });
    if (json) context.out(JSON.stringify(findings));
    else for (const line of findings.flatMap(findingLines)) context.out(line);
    if (!json && findings.length === 0)
      context.out('nothing is wrong with the orders, customers and products');
    refuseErrors(findings);
  });
}

/** Data can be looked at before any cloud is set up: then the engine that asks for nothing. */
function engineOf(context: CommandContext): 'aws' | 'embedded' {
  try {
    return context.config('personalize').personalize.engine;
  } catch (error) {
    if (error instanceof BatchError && error.code === 'bad_config') return 'embedded';
    throw error;
  }
}

import type { CommandContext } from '../command.ts';
import { explainDatabaseError } from '../db/explainDatabaseError.ts';
import { closePool, createPool } from '../db/pool.ts';
import { BatchError } from '../errors.ts';
import { writeOverlays } from './writeOverlays.ts';

/**
 * Lets readers know at once what a command has loaded, where KV is configured. What is loaded stays, so a failure is only
 * warned of: the next sync or publish makes up for it.
 */
export async function tellReaders(context: CommandContext): Promise<void> {
  const config = configWithKv(context);
  if (config === null) return;
  const { log, sleep, signal } = context;
  const pool = createPool(config.database.url);
  try {
    const told = await writeOverlays({ pool, config, log, sleep, signal });
    if (told === null) return;
    const { availability, recent } = told;
    log.info(
      `Readers know ${availability.entries} changed products and ${recent.entries} ids with new orders beside the live snapshot.`,
    );
  } catch (error) {
    signal.throwIfAborted();
    const known = explainDatabaseError(error);
    const cause = known instanceof Error ? known.message : String(known);
    log.warn(
      `readers could not be told; they learn of what is loaded with the next sync or publish: ${cause}`,
    );
  } finally {
    await closePool(pool);
  }
}

function configWithKv(context: CommandContext) {
  try {
    return context.config('database', 'kv', 'identity');
  } catch (error) {
    if (error instanceof BatchError && error.code === 'bad_config') return null;
    throw error;
  }
}

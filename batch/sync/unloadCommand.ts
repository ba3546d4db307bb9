import type { Command } from 'commander';
import { z } from 'zod';
import type { CommandContext } from '../command.ts';
import { BatchError, EXIT } from '../errors.ts';
import { createIdentityRules } from '../identity/identityRules.ts';
import { inIngestTransaction } from '../ingest/ingestTransaction.ts';
import { tellReaders } from '../overlay/tellReaders.ts';
import { withLease } from '../runs/withLease.ts';
import { countLoaded, unloadSource } from './unloadSource.ts';

const Options = z.object({ source: z.string(), yes: z.boolean().default(false) });

const HELP = `
Takes out of the database what one source has loaded: its orders, what it calls customers and products, customers nobody
else knows, and how far it was read; products nobody else has are taken off sale. To load it anew with other settings
(same_customer_ids_as, own_product_ids, a mapping that was wrong), or never again. Not while a run is at work or waits
for cloud jobs, and load it anew before the next one: until then there are no lists for customers who are there again.
What the source itself no longer has (Shopify shows orders of 60 days to most apps) does not come back.

Examples:
  npm run batch -- unload --source till          what would go; changes nothing
  npm run batch -- unload --source till --yes
  npm run batch -- sync --source till            loads it anew`;

/** Adds `unload`. */
export function registerUnload(program: Command, context: CommandContext): void {
  program
    .command('unload')
    .description('take out all that one source has loaded, to load it anew or never again')
    .requiredOption('--source <name>', 'its name in the sources file, or as an ingest gave it')
    .option('--yes', 'do it; without, only say what would go')
    .addHelpText('after', HELP)
    .action(async (given: unknown) => {
      const { source, yes } = Options.parse(given);
      const { database, ...config } = context.config('database', 'identity', 'matching');
      const rules = createIdentityRules(config);
      const { log, signal } = context;
      const work = () =>
        inIngestTransaction({ databaseUrl: database.url, log, signal }, async (client) => {
          const rows = await countLoaded(client, source);
          if (yes) await unloadSource(client, source, rules);
          return rows;
        });
      // A run that has exported these customers must not miss them when their lists come.
      const loaded = yes ? await withLease(database.url, work) : await work();
      const { orders, customer_ids, product_ids } = loaded;
      if (orders + customer_ids + product_ids === 0) throw nothingLoaded(source);
      const rows = `${orders} orders, ${customer_ids} customers' ids and ${product_ids} products' ids of ${source}`;
      context.out(yes ? `${rows} are gone.` : `${rows} would go; with --yes they do.`);
      if (yes) await tellReaders(context);
    });
}

function nothingLoaded(source: string): BatchError {
  return new BatchError({
    code: 'source_unknown',
    message: `Nothing was ever loaded of a source "${source}".`,
    remedy: 'SELECT source FROM sync_state lists them.',
    exitCode: EXIT.usage,
  });
}

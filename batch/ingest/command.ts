import type { Command } from 'commander';
import { z } from 'zod';
import type { CommandContext } from '../command.ts';
import { createIdentityRules } from '../identity/identityRules.ts';
import { tellReaders } from '../overlay/tellReaders.ts';
import { describeIngest } from './describe.ts';
import { ingestFiles } from './ingest.ts';

const Options = z.object({
  orders: z.string().optional(),
  products: z.string().optional(),
  customers: z.string().optional(),
  mapping: z.string().optional(),
  rejects: z.string(),
  suspects: z.string(),
  notRecommendable: z.string().optional(),
  listNonMerchandise: z.boolean(),
  source: z.string(),
  sameCustomerIdsAs: z.string().optional(),
  ownProductIds: z.boolean().optional(),
});

const INGEST_HELP = `
Needs DATABASE_URL, a migrated database (batch migrate), ID_HASH_KEY, and PHONE_COUNTRY where phone numbers have no
country code. All of it is loaded or nothing; the same files again change nothing. batch run puts it live.

Examples:
  batch ingest --orders orders.csv.gz --products products.csv
  batch ingest --orders orders.csv --mapping mapping.json
  batch ingest --orders orders.csv --not-recommendable ingest-not-recommendable.csv     the list as corrected`;

/** Adds `ingest`. */
export function registerIngest(program: Command, context: CommandContext): void {
  program
    .command('ingest')
    .description(
      'load orders, products and customers from files: CSV or JSON Lines, gzipped or not (docs/ingest.md)',
    )
    .option('--orders <file>', 'one row per order line')
    .option('--products <file>', 'names, prices, links, pictures, categories')
    .option('--customers <file>', 'names and contacts: they stay in Postgres')
    .option('--mapping <file>', 'JSON: which column is which')
    .option('--rejects <file>', 'where rows that cannot be used are listed', 'ingest-rejects.csv')
    .option('--source <name>', 'which system the ids are of', 'file')
    .option('--same-customer-ids-as <name>', 'another source that calls customers the same [none]')
    .option('--own-product-ids', 'its product ids mean others than the same ids of other sources')
    .option('--not-recommendable <file>', 'products never to learn from nor recommend: CSV with product_id')
    .option('--suspects <file>', 'where suspected non-merchandise is listed', 'ingest-not-recommendable.csv')
    .option('--no-list-non-merchandise', 'only report postage, fees and the like; keep recommending them')
    .addHelpText('after', INGEST_HELP)
    .action(async (options: unknown) => {
      const { listNonMerchandise, ...files } = Options.parse(options);
      const { log, progress, signal } = context;
      const config = context.config('database', 'identity', 'matching');
      const summary = await ingestFiles(
        { ...files, listCertain: listNonMerchandise },
        {
          databaseUrl: config.database.url,
          identity: createIdentityRules(config),
          log,
          progress,
          now: () => context.clock().getTime(),
          signal,
        },
      );
      for (const line of describeIngest(summary)) log.info(line);
      await tellReaders(context);
    });
}

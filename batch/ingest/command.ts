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

/** Adds `ingest`. */
export function registerIngest(program: Command, context: CommandContext): void {
  program
    .command('ingest')
    .description('load orders, products and customers from CSV or CSV.gz files (docs/ingest.md)')
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

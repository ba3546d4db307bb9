import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import type { Pool } from 'pg';
import type { CommandContext } from '../command.ts';
import { explainDatabaseError } from '../db/explainDatabaseError.ts';
import { closePool, createPool, inTransaction } from '../db/pool.ts';
import { BatchError, EXIT } from '../errors.ts';
import { type ConfiguredSource, readSourcesFile } from '../sources/sourcesFile.ts';
import { describePerson } from './describePerson.ts';
import { erase } from './eraseCommand.ts';
import { findPerson } from './findPerson.ts';
import { fulfilPrivacyRequests } from './fulfilPrivacyRequests.ts';
import { type ShopOfSource, startWebhookServer } from './webhookServer.ts';

const HELP = `
Takes customers/redact, customers/data_request and shop/redact at /webhooks/shopify, from every source of type
shopify that has a client_secret_env (the secret that signs them). What is asked for is written to Postgres, then
acknowledged, then done as "batch erase" and "batch subject" do; what fails is tried again every ten minutes, also
after a restart. Put it behind HTTPS and give Shopify that address. /health answers 200.

Example:
  npm run batch -- webhooks --port 8090 --reports /data/reports`;

/** What failed, waits for the lease, or is still being deleted is looked at again then. */
const AGAIN_MS = 600_000;

interface Flags {
  readonly port: number;
  readonly host: string;
  readonly reports: string;
}

/** `batch webhooks`: what shops ask for in the name of their customers. */
export function registerWebhooks(program: Command, context: CommandContext): void {
  program
    .command('webhooks')
    .description('take the shops’ privacy webhooks and do what they ask for, until stopped')
    .option('--port <n>', 'to listen on', portNumber, 8090)
    .option('--host <address>', 'to listen on', '127.0.0.1')
    .option('--reports <folder>', 'where reports for data requests are written', '.')
    .addHelpText('after', HELP)
    .action((flags: Flags) => serve(context, flags));
}

const portNumber = (text: string): number => {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InvalidArgumentError('It must be a number from 0 to 65535.');
  return port;
};

async function serve(context: CommandContext, { port, host, reports }: Flags): Promise<void> {
  const { database, sources } = context.config('database', 'sources');
  const shops = shopsOf(readSourcesFile(sources.file, context.secret), context.secret);
  const pool = createPool(database.url);
  let noted = Promise.withResolvers<void>();
  const { log } = context;
  const onNoted = () => noted.resolve();
  const listening = await startWebhookServer({ pool, log, shops, host, port, onNoted });
  log.info(
    `listening on http://${host}:${listening.port}/webhooks/shopify for ${shops.map(({ domain }) => domain).join(', ')}`,
  );
  try {
    for (let begun = false; ; begun = true) {
      noted = Promise.withResolvers<void>();
      const open = await fulfilPrivacyRequests({
        pool,
        log,
        erase: async (source, id) => (await erase(context, { id, source }, [])).complete,
        report: (source, id) => report(pool, { source, id, folder: reports }),
      }).catch((error: unknown) => {
        // A database that is away at the start is a wrong setting; later it comes back.
        if (!begun) throw error;
        context.signal.throwIfAborted();
        log.warn(`privacy requests could not be looked at, and will be in ten minutes: ${reasonOf(error)}`);
        return 0;
      });
      if (open > 0) log.info(`${open} privacy requests are open; they are looked at again in ten minutes`);
      await Promise.race([noted.promise, context.sleep(AGAIN_MS)]);
    }
  } finally {
    listening.server.close();
    listening.server.closeAllConnections();
    await closePool(pool);
  }
}

function reasonOf(error: unknown): string {
  const known = explainDatabaseError(error);
  return known instanceof Error ? known.message : String(known);
}

function shopsOf(configured: readonly ConfiguredSource[], secret: CommandContext['secret']): ShopOfSource[] {
  const shops = configured.flatMap(({ name, settings }) => {
    if (settings.type !== 'shopify' || settings.client_secret_env === undefined) return [];
    const value = secret(settings.client_secret_env);
    return value === undefined ? [] : [{ source: name, domain: settings.domain, secret: value }];
  });
  if (shops.length > 0) return shops;
  throw new BatchError({
    code: 'no_webhook_secret',
    message: 'no source of type shopify has a secret to check webhooks by',
    remedy:
      'give it client_secret_env in the sources file: the name of the variable that holds the app’s client secret',
    final: true,
    exitCode: EXIT.usage,
  });
}

async function report(
  pool: Pool,
  { source, id, folder }: { readonly source: string; readonly id: string; readonly folder: string },
): Promise<string> {
  const held = await inTransaction(
    pool,
    async (client) => {
      const person = await findPerson(client, { id, source });
      return person === null ? null : describePerson(client, person);
    },
    'ISOLATION LEVEL REPEATABLE READ READ ONLY',
  );
  const path = join(folder, `data-request-${new Date().toISOString().replace(/[:.]/g, '-')}.json`);
  const text = held === null ? '{"held": "nothing"}' : JSON.stringify(held, null, 2);
  await writeFile(path, `${text}\n`, { mode: 0o600, flag: 'wx' });
  return path;
}

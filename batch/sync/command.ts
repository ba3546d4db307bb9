import type { Command } from 'commander';
import { z } from 'zod';
import type { CommandContext } from '../command.ts';
import type { Config } from '../config.ts';
import { BatchError, EXIT } from '../errors.ts';
import { createIdentityRules } from '../identity/identityRules.ts';
import { createRemarks } from '../ingest/remarks.ts';
import { tellReaders } from '../overlay/tellReaders.ts';
import { createSource } from '../sources/createSource.ts';
import { type ConfiguredSource, readSourcesFile } from '../sources/sourcesFile.ts';
import { describeSync } from './describeSync.ts';
import { type SyncResult, type SyncTask, syncSources } from './syncSources.ts';
import { watchSources } from './watchSources.ts';

const Options = z.object({
  source: z.string().optional(),
  full: z.boolean().default(false),
  watch: z.boolean().default(false),
});

const HELP = `
Sources stand in a JSON file (SOURCES_FILE, default sources.json; docs/sources.md). It needs DATABASE_URL, a migrated
database (npm run migrate; npm run local -- postgres starts one here), ID_HASH_KEY, the variables that the file names,
and PHONE_COUNTRY where phone numbers have no country code. Each sync reads what is new or
changed since the last one, a page at a time; after a crash at most one page is read again. Records that cannot
be used are kept, masked, with their reason in the table sync_rejects. A source that does not answer is tried
again, then reported, and the others go on.

Examples:
  npm run batch -- sync                         every source, what is new
  npm run batch -- sync --source erp --full     one source, everything again
  npm run batch -- sync --watch                 each source whenever its every_minutes have passed

Exit codes: 0 every source is up to date · 1 at least one failed, the summary names it`;

/** Adds `sync`. */
export function registerSync(program: Command, context: CommandContext): void {
  program
    .command('sync')
    .description('bring in what is new in the ERP, shop, database or files that orders come from')
    .option('--source <name>', 'only this one')
    .option('--full', 'everything again, not only what is new')
    .option('--watch', 'go on until stopped, each source at its own interval')
    .addHelpText('after', HELP)
    .action(async (given: unknown) => {
      const options = Options.parse(given);
      const { database, sources, ...rules } = context.config('database', 'sources', 'identity', 'matching');
      const configured = chosen(readSourcesFile(sources.file, context.secret), options.source);
      let { full } = options;
      const sync = async (due: readonly ConfiguredSource[]) => {
        const results = await syncConfigured(due, { context, databaseUrl: database.url, rules, full });
        // Who watches reads everything once, not each time.
        full = false;
        return results;
      };
      if (options.watch) await watchSources(configured, { context, sync });
      else refuseFailed(await sync(configured));
    });
}

function chosen(
  configured: readonly ConfiguredSource[],
  name: string | undefined,
): readonly ConfiguredSource[] {
  if (name === undefined) return configured;
  const found = configured.filter((source) => source.name === name);
  if (found.length > 0) return found;
  throw new BatchError({
    code: 'source_unknown',
    message: `There is no source "${name}" in the sources file.`,
    remedy: `It has: ${configured.map((source) => source.name).join(', ')}.`,
    exitCode: EXIT.usage,
  });
}

interface Syncing {
  readonly context: CommandContext;
  readonly databaseUrl: string;
  readonly rules: Pick<Config, 'identity' | 'matching'>;
  readonly full: boolean;
}

async function syncConfigured(
  due: readonly ConfiguredSource[],
  { context, databaseUrl, rules, full }: Syncing,
): Promise<SyncResult[]> {
  const now = () => context.clock().getTime();
  const { log, progress, signal, secret, sleep } = context;
  const tasks = due.map((configured): SyncTask => {
    const remarks = createRemarks();
    const { note, notes } = remarks;
    const source = createSource(configured, { secret, log, now, sleep, signal, note, remarks });
    const { fingerprint, sharing } = configured;
    return { source, fingerprint, sharing, full, notes, note };
  });
  const identity = createIdentityRules(rules);
  const results = await syncSources(tasks, { databaseUrl, identity, log, progress, signal, now, sleep });
  for (const line of describeSync(results)) context.out(line);
  await tellReaders(context);
  return results;
}

function refuseFailed(results: readonly SyncResult[]): void {
  const failed = results.filter((result) => 'error' in result).map(({ source }) => source);
  if (failed.length === 0) return;
  throw new BatchError({
    code: 'sources_failed',
    message: `${failed.length} of ${results.length} sources failed: ${failed.join(', ')}.`,
    remedy: 'What went wrong stands above, by source; the next sync goes on where this one stopped.',
  });
}

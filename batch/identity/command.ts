import type { Command } from 'commander';
import { z } from 'zod';
import type { CommandContext } from '../command.ts';
import { inTransaction, withPool } from '../db/pool.ts';
import { BatchError, EXIT } from '../errors.ts';
import { inIngestTransaction } from '../ingest/ingestTransaction.ts';
import { tellReaders } from '../overlay/tellReaders.ts';
import { listSharedContacts } from './reportSharedContacts.ts';
import { listMerges, type MergeRow, undoMerge } from './undoMerge.ts';

const HELP = `
Customers who share an e-mail or a phone are one: one list, all their orders, every id they had leads to it. A contact of
more than SHARED_CONTACT_LIMIT customers, or on JUNK_CONTACTS, makes nobody one. Of contacts only keyed hashes are kept.

Examples:
  npm run batch -- identity merges --customer 101812   why this customer is one with others
  npm run batch -- identity undo 42                    take two apart, for good by this rule
  npm run batch -- identity shared                     contacts that too many have, with what to do`;

/** Adds `identity`: who is one with whom, why, and how to take them apart. */
export function registerIdentity(program: Command, context: CommandContext): void {
  const command = program
    .command('identity')
    .description('which customers are one, why, and how to take them apart')
    .addHelpText('after', HELP);
  command
    .command('merges')
    .description('the reasons by which customers are one, latest first; ended ones too')
    .option('--customer <id>', 'only those of this customer')
    .option('--limit <n>', 'at most so many', '50')
    .action((given: unknown) => showMerges(context, given));
  command
    .command('undo')
    .argument('<merge>', 'its number, as identity merges shows it')
    .description('take two customers apart who are not one; the same rule never joins them again')
    .action((given: unknown) => undo(context, given));
  command
    .command('shared')
    .description('e-mails and phones that several customers have and that make nobody one')
    .action(() => showShared(context));
}

const MergesFlags = z.object({
  customer: z.string().nullable().default(null),
  limit: z.coerce.number().int().min(1).max(100_000),
});

function showMerges(context: CommandContext, given: unknown): Promise<void> {
  const flags = MergesFlags.safeParse(given);
  if (!flags.success) throw notANumber('--limit');
  return withPool(context.config('database').database.url, async (pool) => {
    const merges = await inTransaction(pool, (client) => listMerges(client, flags.data));
    for (const merge of merges) context.out(describeMerge(merge));
    if (merges.length === 0) context.out('No customers are one by a shared contact.');
  });
}

function describeMerge({ merge_id, kind, value, from_id, into_id, ...times }: MergeRow): string {
  const rule = `${kind === 'email' ? 'e-mail' : 'phone'} ${value}…`;
  const ended =
    times.ended_at === null ? '' : `, ended ${day(times.ended_at)}: ${ENDINGS[times.ended_why ?? '']}`;
  return `${merge_id}: ${from_id} is ${into_id} by ${rule} since ${day(times.merged_at)}${ended}`;
}

const ENDINGS: Readonly<Record<string, string>> = {
  undone: 'undone by hand, for good',
  shared: 'too many customers have it',
  changed: 'a contact changed, or another reason took its place',
};

const day = (time: Date): string => time.toISOString().slice(0, 10);

async function undo(context: CommandContext, given: unknown): Promise<void> {
  const number = z.coerce.number().int().min(1).safeParse(given);
  if (!number.success) throw notANumber('the merge');
  const { database } = context.config('database');
  const { log, signal } = context;
  const merge = await inIngestTransaction({ databaseUrl: database.url, log, signal }, (client) =>
    undoMerge(client, number.data),
  );
  context.out(
    `${merge.from_id} and ${merge.into_id} are not one by ${merge.kind === 'email' ? 'e-mail' : 'phone'} any more; their lists part with the next batch run.`,
  );
  await tellReaders(context);
}

function showShared(context: CommandContext): Promise<void> {
  return withPool(context.config('database').database.url, async (pool) => {
    const shared = await listSharedContacts(pool);
    for (const { kind, masked, customers, remedy } of shared)
      context.out(`${kind} ${masked ?? '(not seen since)'}: ${customers} customers; ${remedy}`);
    if (shared.length === 0) context.out('No contact is shared by too many customers.');
  });
}

function notANumber(what: string): BatchError {
  return new BatchError({
    code: 'usage',
    message: `${what} must be a whole number above 0`,
    remedy: 'see batch identity --help',
    exitCode: EXIT.usage,
  });
}

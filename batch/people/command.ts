import { writeFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import type { ClientBase } from 'pg';
import type { CommandContext } from '../command.ts';
import { inTransaction, withPool } from '../db/pool.ts';
import { BatchError, EXIT } from '../errors.ts';
import { describePerson } from './describePerson.ts';
import { erase } from './eraseCommand.ts';
import { createErasedIdHasher } from './erasedIds.ts';
import { findErasure } from './eraseRows.ts';
import { findPerson, type PersonName } from './findPerson.ts';
import { readmit } from './readmit.ts';

interface PersonFlags {
  readonly customer: string;
  readonly source?: string;
}

const nameOf = ({ customer, source }: PersonFlags): PersonName => ({ id: customer, source: source ?? null });

/** Commands about one person: what is held of them, and its erasure. */
export function registerPeople(program: Command, context: CommandContext): void {
  const describe = (command: Command): Command =>
    command
      .requiredOption('--customer <id>', 'the customer’s id')
      .option('--source <name>', 'the system whose id it is (default: the shop’s own)');
  registerSubject(describe(program.command('subject')), context);
  registerErase(describe(program.command('erase')), context);
  registerReadmit(describe(program.command('readmit')), context);
}

function registerSubject(command: Command, context: CommandContext): void {
  command
    .description('print everything that is held of one customer, as JSON')
    .option('--out <file>', 'write it there, readable by you only, instead of standard output')
    .action(async (flags: PersonFlags & { out?: string }) => {
      await withPool(context.config('database').database.url, async (pool) => {
        const file = await inTransaction(
          pool,
          async (client) => {
            const person = await findPerson(client, nameOf(flags));
            if (person === null) throw await nobody(client, nameOf(flags), context);
            return describePerson(client, person);
          },
          'ISOLATION LEVEL REPEATABLE READ READ ONLY',
        );
        const text = JSON.stringify(file, null, 2);
        if (flags.out === undefined) context.out(text);
        else await writeFile(flags.out, `${text}\n`, { mode: 0o600 });
      });
    });
}

/** Nothing is held, or what keeps an erased person away. */
async function nobody(client: ClientBase, name: PersonName, context: CommandContext): Promise<BatchError> {
  const { identity } = context.config('identity');
  const erasure = await findErasure(client, name, createErasedIdHasher(identity.idHashKey));
  if (erasure !== null)
    return new BatchError({
      code: 'erased_customer',
      message: `this person was erased on ${erasure.requested_at.toISOString().slice(0, 10)}: what is held are keyed hashes of their ids, e-mails and phones`,
      remedy: 'docs/privacy.md says what these are for, and how they are let in again',
    });
  return new BatchError({
    code: 'unknown_customer',
    message: 'nobody is known by this id: nothing is held of them',
    remedy: 'check the id; if another system gave it, say which: --source NAME',
  });
}

const ERASE_HELP = `
Removes the person from Postgres, every kept snapshot in KV, the objects of all runs in S3, rejects files and
Personalize. Their orders stay as anonymous sales. Keyed hashes of their ids, e-mails and phones stay too: every sync
knows them by these and leaves them anonymous, however often and under whatever id the shop's systems send them again
(erase them there as well). Who is a customer again of their own will: batch readmit.
Against Cloudflare it takes two minutes longer, until no data centre can show a list of the person any more.
Safe to repeat. While Personalize is still deleting it ends with exit code 6: run the same command again later.

Examples:
  batch subject --customer 101812               what is held
  batch erase --customer 101812
  batch erase --customer gid-77 --source shopify --rejects /data/ingest-rejects.csv`;

function registerErase(command: Command, context: CommandContext): void {
  const collect = (file: string, files: string[]) => [...files, file];
  command
    .description('remove one customer from everything, and keep them from coming back')
    .addOption(
      new Option('--rejects <file>', 'a rejects file to clean, repeatable')
        .argParser(collect)
        .default([], 'ingest-rejects.csv'),
    )
    .addHelpText('after', ERASE_HELP)
    .action(async (flags: PersonFlags & { rejects: string[] }) => {
      const rejects = flags.rejects.length === 0 ? ['ingest-rejects.csv'] : flags.rejects;
      const report = await erase(context, nameOf(flags), rejects);
      for (const { where, removed } of report.rows) context.out(`${where.padEnd(12)} ${removed}`);
      if (!report.complete) throw stillDeleting();
      context.out(
        `erasure ${report.erasureId} is complete: not shown to anybody from ${report.unseenFrom.toISOString()} on; ` +
          `no cached copy is left by ${report.goneBy.toISOString()}`,
      );
    });
}

function stillDeleting(): BatchError {
  return new BatchError({
    code: 'deletion_under_way',
    message: 'everything is removed but what Personalize is still deleting',
    remedy: 'run the same command again in some hours: it looks whether the data deletion job has ended',
    exitCode: EXIT.waiting,
  });
}

const READMIT_HELP = `
Takes the id off the list of the erased, and the e-mails and phones of that erasure with it: so new orders under this id
are the customer's own from the next sync on. Other ids of theirs stay erased, and what is past stays anonymous until
it is read again (batch sync --full --source NAME). Also for a customer of today who was given the number or address of
an erased person and whom batch doctor asks about.

Examples:
  batch readmit --customer gid-91 --source shopify     as the shop calls the person now`;

function registerReadmit(command: Command, context: CommandContext): void {
  command
    .description('let an erased person who is a customer again be known again')
    .addHelpText('after', READMIT_HELP)
    .action(async (flags: PersonFlags) => {
      const { database, identity } = context.config('database', 'identity');
      await withPool(database.url, async (pool) => {
        const { ids, contacts } = await readmit(
          pool,
          nameOf(flags),
          createErasedIdHasher(identity.idHashKey),
        );
        context.out(
          `off the list of the erased: ${ids} ids, ${contacts} e-mails and phones; what comes under this id from now on is the customer's own`,
        );
      });
    });
}

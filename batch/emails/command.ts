import { type Command, InvalidArgumentError, Option } from 'commander';
import type { CommandContext } from '../command.ts';
import { closePool, createPool, inTransaction } from '../db/pool.ts';
import { type EmailExport, type EmailTally, exportEmails, newEmailTally } from './exportEmails.ts';
import {
  EMAIL_FORMATS,
  type EmailFormat,
  emailText,
  writeEmailFile,
  writeEmailObject,
} from './writeEmails.ts';

const HELP = `
A row a customer: their id as the source calls them, then the products for them, each with id, name, url, image,
price and currency as they are now. No names and no addresses: the e-mail tool has these under the id. The shop's
rules for the placement "user" apply, what was bought since is left out, and so is whoever did not agree to be
written to; how many were left out is told at the end. Conditions add up.

Examples:
  batch export-emails --lapsed 120 --out lapsed.csv
  batch export-emails --likely-product MAT-180 --limit 5000 --source shopify --out mattress.csv
  batch export-emails --likely-category Cushions --province Punjab --format jsonl --out s3://my-exports/cushions.jsonl`;

interface Flags {
  readonly out: string;
  readonly format: EmailFormat;
  readonly lapsed?: number;
  readonly likelyProduct?: string;
  readonly likelyCategory?: string;
  readonly province?: string;
  readonly city?: string;
  readonly source?: string;
  readonly items: number;
  readonly limit?: number;
  readonly consent: EmailExport['consent'];
}

const whole = (from: number, to: number) => (text: string) => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < from || value > to)
    throw new InvalidArgumentError(`It must be a whole number from ${from} to ${to}.`);
  return value;
};

/** `batch export-emails`: lists for a newsletter, of those it is meant for. */
export function registerExportEmails(program: Command, context: CommandContext): void {
  program
    .command('export-emails')
    .description('write who is to be sent which products, for an e-mail tool')
    .requiredOption('--out <file>', 'where to: a file, or s3://BUCKET/KEY')
    .addOption(new Option('--format <form>', 'of the file').choices(EMAIL_FORMATS).default('csv'))
    .option('--lapsed <days>', 'customers without an order for so many days', whole(1, 36_500))
    .option('--likely-product <id>', 'customers likely to buy this product')
    .option('--likely-category <name>', 'customers likely to buy of this category')
    .option('--province <name>', 'customers who live there')
    .option('--city <name>', 'customers who live there')
    .option('--source <name>', 'whose ids of customers are wanted (default: the shop’s own)')
    .option('--items <n>', 'products for each customer', whole(1, 50), 5)
    .option('--limit <n>', 'customers at most, the likeliest buyers', whole(1, 100_000_000))
    .addOption(
      new Option('--consent <which>', 'who may be written to: who agreed, or whoever did not refuse')
        .choices(['given', 'not_refused'])
        .default('given'),
    )
    .addHelpText('after', HELP)
    .action(async (flags: Flags) => {
      const tally = await writeExport(context, flags);
      for (const line of tallyLines(tally, flags)) context.out(line);
    });
}

async function writeExport(context: CommandContext, flags: Flags): Promise<EmailTally> {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(flags.out) ?? [];
  const isObject = bucket !== undefined && key !== undefined;
  const { database, s3 } = context.config('database', ...(isObject ? (['s3'] as const) : []));
  const progress = context.progress.step('e-mails');
  const pool = createPool(database.url);
  const tally = newEmailTally();
  try {
    await inTransaction(
      pool,
      async (client) => {
        const tools = { tally, now: context.clock().getTime(), progress };
        const text = emailText(exportEmails(client, requestOf(flags), tools), flags);
        if (!isObject) return writeEmailFile(flags.out, text);
        const { createObjectStore } = await import('../storage/objectStore.ts');
        const store = createObjectStore({ ...s3, bucket });
        await writeEmailObject(store, { key, format: flags.format, signal: context.signal }, text);
      },
      'ISOLATION LEVEL REPEATABLE READ READ ONLY',
    );
    progress.finish({ customers: tally.exported });
    return tally;
  } catch (error) {
    progress.fail(error instanceof Error ? error.message : String(error));
    throw error;
  } finally {
    await closePool(pool);
  }
}

function requestOf(flags: Flags): EmailExport {
  return {
    lapsedDays: flags.lapsed ?? null,
    productId: flags.likelyProduct ?? null,
    category: flags.likelyCategory ?? null,
    province: flags.province ?? null,
    city: flags.city ?? null,
    source: flags.source ?? null,
    items: flags.items,
    limit: flags.limit ?? null,
    consent: flags.consent,
  };
}

function tallyLines(tally: EmailTally, { out, source, consent }: Flags): string[] {
  const left: [number, string][] = [
    [
      tally.without_consent,
      consent === 'given' ? 'did not agree to be written to' : 'refused to be written to',
    ],
    [tally.without_id, `are not known to ${source ?? 'the shop'}`],
    [tally.without_items, 'have nothing left to be recommended'],
    [tally.beyond_limit, 'are beyond the limit'],
  ];
  const lines = left.filter(([count]) => count > 0).map(([count, why]) => `left out: ${count} who ${why}`);
  if (tally.exported === 0 && tally.without_consent > 0 && consent === 'given')
    lines.push(
      'what to do: sync the marketing consent, or, if you may lawfully do so, --consent not_refused',
    );
  return [`${out}: ${tally.exported} customers`, ...lines];
}

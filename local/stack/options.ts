import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { z } from 'zod';
import { LocalError } from '../errors.ts';

const whole = (name: string, least: number, most: number) =>
  z.coerce
    .number(`${name} must be a number`)
    .int(`${name} must be whole`)
    .min(least, `${name} must be at least ${least}`)
    .max(most, `${name} must be at most ${most}`);

const Flags = z.object({
  port: whole('--port', 1, 65_535),
  data: z.string().min(1),
  users: whole('--users', 1, 5_000_000).optional(),
  orders: z.string().optional(),
  products: z.string().optional(),
  customers: z.string().optional(),
  mapping: z.string().optional(),
  set: z.array(z.string()).default([]),
});

export interface OrderFiles {
  readonly orders: string;
  readonly products: string | null;
  readonly customers: string | null;
  readonly mapping: string | null;
}

export interface StartOptions {
  readonly port: number;
  readonly dataDir: string;
  /** Customers of the sample shop; null when not asked for. */
  readonly users: number | null;
  /** The shop's own orders; null when not asked for. */
  readonly files: OrderFiles | null;
  /** Settings of the Worker by name, over those that a local start has. */
  readonly settings: Readonly<Record<string, string>>;
}

const example = `
The first start makes a sample shop; later starts serve what is there, without a new batch.

Examples:
  npm start
  npm start -- --users 20000
  npm start -- --orders orders.csv.gz --products products.csv
  npm start -- --data /tmp/other-shop --port 9000
  npm start -- --set CORS_ORIGINS=http://localhost:5173    a page of your own may read
`;

/**
 * Reads the flags of `npm start`; `settingNames` are the settings the Worker knows. Prints the help, or what is wrong, and ends the process, as the
 * command line library does.
 * @throws {LocalError} bad-option, for values that fit no flag.
 */
export function readStartOptions(args: readonly string[], settingNames: readonly string[]): StartOptions {
  const program = new Command('npm start --')
    .description('Starts everything on this machine: local clouds, batch, and the Worker that answers.')
    .option('--port <n>', 'where the Worker answers', '8787')
    .option('--data <folder>', 'where everything is kept', '.local')
    .addOption(new Option('--users <n>', 'size of the sample shop (2000)').conflicts('orders'))
    .option('--orders <file>', "the shop's own order lines: CSV or CSV.gz, instead of a sample shop")
    .option('--products <file>', 'products of --orders')
    .option('--customers <file>', 'customers of --orders')
    .option('--mapping <file>', 'which column of --orders is what (docs/ingest.md)')
    .option('--set <NAME=value...>', 'settings of the Worker (docs/api.md)')
    .addHelpText('after', example)
    .showHelpAfterError('(npm start -- --help lists the flags)')
    .allowExcessArguments(false)
    .parse([...args], { from: 'user' });
  const parsed = Flags.safeParse(program.opts());
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `--${issue.path.join('.')}: ${issue.message}`);
    throw new LocalError('bad-option', problems.join('\n'), 'npm start -- --help lists the flags.');
  }
  const flags = parsed.data;
  return {
    port: flags.port,
    dataDir: resolve(flags.data),
    users: flags.users ?? null,
    files: orderFilesOf(flags),
    settings: Object.fromEntries(flags.set.map((text) => settingOf(text, settingNames))),
  };
}

function settingOf(text: string, names: readonly string[]): [name: string, value: string] {
  const [name = '', ...rest] = text.split('=');
  if (rest.length > 0 && names.includes(name)) return [name, rest.join('=')];
  throw new LocalError(
    'bad-option',
    `--set: ${JSON.stringify(text)} is not NAME=value of a setting of the Worker.`,
    `It knows ${names.join(', ')}.`,
  );
}

function orderFilesOf(flags: z.infer<typeof Flags>): OrderFiles | null {
  const { orders, products, customers, mapping } = flags;
  if (orders !== undefined) {
    const path = (file: string | undefined): string | null => (file === undefined ? null : resolve(file));
    return {
      orders: resolve(orders),
      products: path(products),
      customers: path(customers),
      mapping: path(mapping),
    };
  }
  if (products === undefined && customers === undefined && mapping === undefined) return null;
  throw new LocalError(
    'bad-option',
    '--products, --customers and --mapping go with --orders.',
    'Add --orders FILE.',
  );
}

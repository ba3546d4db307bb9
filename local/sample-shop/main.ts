import { Command } from 'commander';
import { generateShop, type Shop } from './generateShop.ts';
import { measureShop } from './measure.ts';
import { reportShop } from './report.ts';
import { writeShop } from './writeShop.ts';

interface Flags {
  out?: string;
  users?: string;
  items?: string;
  lines?: string;
  seed?: string;
  until?: string;
  report?: boolean;
}

const program = new Command('sample-shop')
  .description('Generates the orders, products and customers of a bedding and furniture shop.')
  .option('--out <folder>', 'write orders.csv.gz, products.csv.gz and customers.csv.gz there')
  .option('--users <n>', 'customers (default 2000)')
  .option('--items <n>', 'products (default 400)')
  .option('--lines <n>', 'order lines (default 10.92 a customer)')
  .option('--seed <n>', 'equal seeds give equal shops (default 1)')
  .option('--until <date>', 'orders end before this ISO date (default: today)')
  .option('--report', 'print what was generated beside what it is calibrated to');

async function run(flags: Flags): Promise<void> {
  const { out, report, ...request } = flags;
  if (out === undefined && report !== true)
    program.error('nothing to do: give --out FOLDER, --report, or both');
  const started = performance.now();
  const shop: Shop = generateShop(request);
  const measured = report === true ? measureShop(shop) : null;
  if (out !== undefined) {
    const files = await writeShop(shop, out, measured?.see);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(
      `${shop.size.lines} lines of ${shop.orderCount} orders in ${seconds} s: ${Object.values(files).join(', ')}`,
    );
  } else if (measured !== null) {
    for (const order of shop.orders()) measured.see(order);
  }
  if (measured !== null) console.log(reportShop(measured.statistics()));
}

program.parse();
try {
  await run(program.opts<Flags>());
} catch (error) {
  program.error(error instanceof Error ? error.message : String(error));
}

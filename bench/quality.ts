import { Command, Option } from 'commander';
import { measureGowalla } from './quality/gowalla.ts';
import { measureOlist } from './quality/olist.ts';
import {
  figuresOf,
  type Log,
  type ProtocolResult,
  showPublished,
  showReliability,
  showResults,
} from './quality/result.ts';
import { measureSampleShop } from './quality/sample-shop.ts';
import { measureTaFeng } from './quality/ta-feng.ts';
import { measureUci } from './quality/uci.ts';
import { writeFigures } from './table.ts';

const PROTOCOLS: Readonly<Record<string, (log: Log, sample: number) => Promise<ProtocolResult | null>>> = {
  uci: measureUci,
  'ta-feng': measureTaFeng,
  gowalla: measureGowalla,
  olist: measureOlist,
  'sample-shop': measureSampleShop,
};

const program = new Command('bench:quality')
  .description("Measures the engine's lists on public tables, beside the figures published for them.")
  .addOption(new Option('--only <protocol>', 'one of them').choices(Object.keys(PROTOCOLS)))
  .addOption(new Option('--sample <n>', 'test users, for a quick look only').default('Infinity', 'all'))
  .option('--json <file>', 'also write the figures there')
  .option('--verbose', 'with the log of every training')
  .parse();
const flags = program.opts<{ only?: string; sample: string; json?: string; verbose?: boolean }>();
const log = (line: string) => {
  if (flags.verbose === true) console.log(`  ${line}`);
};

const results: ProtocolResult[] = [];
for (const [name, measure] of Object.entries(PROTOCOLS)) {
  if (flags.only !== undefined && flags.only !== name) continue;
  const result = await measure(log, Number(flags.sample));
  if (result === null) console.log(`${name}: skipped, its data is not in ../shared/data`);
  else {
    results.push(result);
    console.log(showPublished(result));
  }
}
console.log(showResults(results));
const reliabilities = results.flatMap(({ reliability }) => (reliability === null ? [] : [reliability]));
if (reliabilities.length > 0) console.log(showReliability(reliabilities));
if (flags.json !== undefined) await writeFigures(flags.json, results.flatMap(figuresOf));

import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { measureGowalla } from './quality/gowalla.ts';
import { measureOlist } from './quality/olist.ts';
import { formatResult, type ProtocolResult } from './quality/result.ts';
import { measureTaFeng } from './quality/ta-feng.ts';
import { measureUci } from './quality/uci.ts';

/** Prints the engine's figures beside the published ones: `node --import tsx bench/quality.ts [--only uci] [--json FILE] [--verbose] [--sample N]` (a sample only for a quick look). */
const { values: flags } = parseArgs({
  options: {
    json: { type: 'string' },
    only: { type: 'string' },
    sample: { type: 'string', default: 'Infinity' },
    verbose: { type: 'boolean', default: false },
  },
});
const protocols = { uci: measureUci, 'ta-feng': measureTaFeng, gowalla: measureGowalla, olist: measureOlist };
const log = (line: string) => {
  if (flags.verbose) console.log(`  ${line}`);
};

const results: ProtocolResult[] = [];
for (const [name, measure] of Object.entries(protocols)) {
  if (flags.only !== undefined && flags.only !== name) continue;
  const result = await measure(log, Number(flags.sample));
  if (result === null) {
    console.log(`${name}: skipped, its data is not in ../shared/data`);
    continue;
  }
  results.push(result);
  console.log(formatResult(result));
}
if (flags.json !== undefined) writeFileSync(flags.json, `${JSON.stringify(results, null, 2)}\n`);

import { parseArgs } from 'node:util';
import { z } from 'zod';
import { measureEngine } from './measure.ts';

/** The measured process: does one case and prints the measurement as JSON; `--idle` only tells what Node itself takes. */
const { values } = parseArgs({ options: { idle: { type: 'boolean' }, request: { type: 'string' } } });
const Request = z.object({
  folder: z.string(),
  threads: z.number(),
  k: z.number(),
  model: z.string(),
  weights: z.enum(['learn', 'known']),
  count: z.boolean(),
});
const answer = values.idle
  ? { idle: process.resourceUsage().maxRSS * 1024 }
  : await measureEngine(Request.parse(JSON.parse(values.request ?? '{}')));
console.log(JSON.stringify(answer));

import pMap from 'p-map';
import { z } from 'zod';
import type { DrillFaults } from '../../shared/rules/drillFaults.ts';
import { LocalError } from '../errors.ts';
import { readFlags } from '../flags.ts';
import { drillMatrix, orderOf } from './matrix.ts';
import { readsOf } from './reads.ts';
import { drillReport, isSound, type Outcome } from './report.ts';

const USAGE = `npm run drill [-- --url URL --token TOKEN --user ID --quick --at-once N]

Plays every fault of every store against a running Worker, for its own requests only, and prints what
shoppers would get. Without flags: the Worker of npm start. Elsewhere: a token of an operator.`;

const FLAGS = {
  url: { type: 'string' },
  token: { type: 'string' },
  user: { type: 'string', default: 'nobody-knows-me' },
  quick: { type: 'boolean', default: false },
  'at-once': { type: 'string', default: '4' },
  help: { type: 'boolean', default: false },
} as const;

const Options = z.object({
  url: z.url({ error: 'start it with npm start, or give --url' }),
  token: z.string({ error: 'give --token, of an operator' }),
  user: z.string(),
  quick: z.boolean(),
  atOnce: z.coerce.number().int().min(1).max(64),
});
type Options = z.infer<typeof Options>;

function readOptions(args: readonly string[]): Options | null {
  const values = readFlags(args, FLAGS, USAGE);
  if (values.help) return null;
  const { EDGE_URL, EDGE_ADMIN_TOKEN } = process.env;
  const parsed = Options.safeParse({
    ...{ url: values.url ?? EDGE_URL, token: values.token ?? EDGE_ADMIN_TOKEN },
    ...{ user: values.user, quick: values.quick, atOnce: values['at-once'] },
  });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new LocalError('bad-option', `${issue?.path.join('.')}: ${issue?.message}`, USAGE);
}

const Ticket = z.object({ header: z.string(), value: z.string() });
type Ticket = z.infer<typeof Ticket>;

/** A ticket is over after ten minutes: a new one is asked for in time. */
function ticketSource(options: Options): () => Promise<Ticket> {
  let ticket: Promise<Ticket> | null = null;
  let until = 0;
  return () => {
    if (ticket === null || performance.now() > until) {
      ticket = orderTicket(options);
      until = performance.now() + RENEW_MS;
    }
    return ticket;
  };
}

const RENEW_MS = 5 * 60_000;

async function orderTicket({ url, token }: Options): Promise<Ticket> {
  const response = await fetch(new URL('/api/v1/admin/drill', url), {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ faults: 'any' }),
  });
  const body = await response.text();
  if (response.status === 201) return Ticket.parse(JSON.parse(body));
  throw new LocalError(
    'start-failed',
    `The Worker at ${url} gives no drill: ${response.status} ${body.slice(0, 300)}`,
    'It needs the secret DRILL_KEY, and the token the role operator.',
  );
}

const Envelope = z.object({
  source: z.string().nullable().default(null),
  rules: z.string().nullable().default(null),
  recommendations: z.array(z.unknown()).default([]),
});

/** A connection that breaks is an outcome too, of status 0. */
async function play(url: URL, ticket: Ticket, faults: DrillFaults): Promise<Outcome> {
  const started = performance.now();
  const none = { faults, path: url.pathname, status: 0, source: null, rules: null, items: 0 };
  try {
    return await answered(url, ticket, faults);
  } catch (error) {
    if (error instanceof z.ZodError || error instanceof SyntaxError) throw error;
    return { ...none, ms: performance.now() - started };
  }
}

async function answered(url: URL, ticket: Ticket, faults: DrillFaults): Promise<Outcome> {
  const started = performance.now();
  const headers = { [ticket.header]: `${ticket.value};${orderOf(faults)}` };
  const response = await fetch(url, { headers, signal: AbortSignal.timeout(30_000) });
  const text = await response.text();
  const ms = performance.now() - started;
  const { source, rules, recommendations } = Envelope.parse(response.ok ? JSON.parse(text) : {});
  return {
    faults,
    path: url.pathname,
    status: response.status,
    source,
    rules,
    items: recommendations.length,
    ms,
  };
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options === null) {
    console.log(USAGE);
    return 0;
  }
  const reads = await readsOf(options);
  const ticketNow = ticketSource(options);
  const trials = drillMatrix(options.quick).flatMap((faults) => reads.map((url) => ({ faults, url })));
  console.log(`${trials.length} requests to ${options.url} …`);
  const outcomes = await pMap(trials, async ({ url, faults }) => play(url, await ticketNow(), faults), {
    concurrency: options.atOnce,
  });
  console.log(`\n${drillReport(outcomes)}`);
  return outcomes.every(isSound) ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (error instanceof LocalError) console.error(`${error.message}\n${error.remedy}`);
  else console.error(error);
  process.exitCode = 1;
}

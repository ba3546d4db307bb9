import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { startBatch } from '../local/testing/batchProcess.ts';
import { startTestClouds, type TestClouds } from '../local/testing/clouds.ts';
import { type Gates, HTTP_SERVICES, type HttpService, startGates } from '../local/testing/gates.ts';
import type { HttpAnswer, HttpCall } from '../local/testing/httpGate.ts';
import { insertSmallShop } from '../local/testing/smallShop.ts';
import { POINTER_KEY, Pointer, partKey } from '../shared/snapshot/manifest.ts';

let clouds: TestClouds;
let gates: Gates;
let client: pg.Client;
const table: string[] = [];

beforeAll(async () => {
  clouds = await startTestClouds();
  gates = await startGates(clouds);
  client = new pg.Client({ connectionString: clouds.databaseUrl });
  await client.connect();
  await insertSmallShop(client, { customers: 60, products: 40 });
});
afterAll(async () => {
  console.log([`${'fault'.padEnd(62)}exit  live  what the user sees`, ...table].join('\n'));
  await client.end();
  await gates.stop();
  await clouds.stop();
});

/** A short patience, so that what lasts is given up soon. */
const IMPATIENT = { POLL_FIRST_MS: '5', POLL_MAX_MS: '30', KV_RETRY_FIRST_MS: '1' };

const run = (own: Readonly<Record<string, string>> = {}, onOutput?: (said: string) => void) =>
  startBatch({
    program: inject('batchProgram'),
    args: ['run'],
    environment: { ...gates.environment, ...IMPATIENT, ...own },
    ...(onOutput === undefined ? {} : { onOutput }),
  });

function live(): number | null {
  const stored = clouds.kv.values.get(POINTER_KEY);
  return stored === undefined ? null : Pointer.parse(JSON.parse(String(stored))).live;
}

function heal(): void {
  for (const service of HTTP_SERVICES) gates.http[service].intercept = (_, forward) => forward();
  gates.postgres.onStatement = () => 'pass';
}

type Fate = (answer: () => Promise<HttpAnswer>) => Promise<HttpAnswer | 'cut'>;
const answering =
  (status: number, body: object | string = {}, headers = {}): Fate =>
  async () => ({
    status,
    headers,
    body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  });
const SLOW_DOWN = '<Error><Code>SlowDown</Code><Message>Reduce your request rate.</Message></Error>';
const cutting: Fate = async () => 'cut';
const slowly: Fate = async (answer) => {
  await new Promise((resolve) => setTimeout(resolve, 60));
  return answer();
};
const rewriting =
  (change: (text: string) => string): Fate =>
  async (answer) => {
    const given = await answer();
    const body = Buffer.from(change(given.body.toString()));
    // Its checksum and tag would no longer fit.
    const headers = { 'content-length': String(body.length), 'content-type': 'application/json' };
    return { status: given.status, headers, body };
  };

/** The first `times` calls that match meet that fate. */
function on(
  service: HttpService,
  matches: (call: HttpCall) => boolean,
  fate: Fate,
  times = Number.POSITIVE_INFINITY,
) {
  return () => {
    let met = 0;
    gates.http[service].intercept = (call, forward) =>
      matches(call) && met++ < times ? fate(forward) : forward();
  };
}

/** Every seventh call is cut, or answered 503, in turn. */
function everyFewth(): void {
  let calls = 0;
  gates.http.s3.intercept = async (_, forward) => {
    calls++;
    if (calls % 7 !== 0) return forward();
    return calls % 2 === 0 ? 'cut' : { status: 503, headers: {}, body: Buffer.alloc(0) };
  };
}

function cutStatement(pattern: RegExp) {
  return () => {
    gates.postgres.onStatement = (sql) => (pattern.test(sql) ? 'cut' : 'pass');
  };
}

const asks = (operation: string) => (call: HttpCall) =>
  String(call.headers['x-amz-target']).endsWith(`.${operation}`);
const puts = (part: string) => (call: HttpCall) => call.method === 'PUT' && call.path.includes(part);
const gets = (part: string) => (call: HttpCall) =>
  call.method === 'GET' && call.path.includes(part) && !call.path.includes('list-type');
const writes = (call: HttpCall) => call.method === 'PUT' && call.path.endsWith('/bulk');
const awsError = (type: string) => answering(400, { __type: type, message: `${type} as ordered` });

interface Fault {
  readonly name: string;
  readonly arrange: () => void;
  readonly exit: number;
  /** Code of the error; null: none. */
  readonly code: string | null;
  readonly says: RegExp;
  /** Whether readers see the run's snapshot afterwards. */
  readonly goesLive: boolean;
  readonly own?: Readonly<Record<string, string>>;
}

const fails = (
  name: string,
  arrange: () => void,
  code: string,
  says: RegExp,
  rest: Partial<Fault> = {},
): Fault => ({
  ...{ name, arrange, exit: 1, code, says, goesLive: false },
  ...rest,
});
const passes = (name: string, arrange: () => void, says: RegExp): Fault => ({
  ...{ name, arrange, exit: 0, code: null, says, goesLive: true },
});

/** In the order of the steps: each run that fails is gone on with by the next, up to the one that passes. */
const FAULTS: readonly Fault[] = [
  passes('nothing', () => undefined, /are live/),
  fails(
    'Postgres: nothing answers',
    () => undefined,
    'database_unreachable',
    /nothing answers.*DATABASE_URL/s,
    {
      own: { DATABASE_URL: 'postgres://x@127.0.0.1:9/x' },
    },
  ),
  fails(
    'Postgres: connection dropped in check',
    cutStatement(/AS customers,/),
    'database_unreachable',
    /connection was.*goes on where it stopped/s,
  ),
  fails(
    'S3: access denied',
    on('s3', ({ method }) => method === 'HEAD', answering(403)),
    'bucket_unreachable',
    /access is denied.*s3:ListBucket/s,
  ),
  fails(
    'Personalize: access denied',
    on('personalize', asks('ListDatasetGroups'), awsError('AccessDeniedException')),
    'personalize_error',
    /personalize:\* actions/,
  ),
  fails(
    'S3: every upload answers 503',
    on('s3', puts('datasets/'), answering(503, SLOW_DOWN, { 'content-type': 'application/xml' })),
    'bucket_unreachable',
    /Reduce your request rate/,
  ),
  fails(
    'Postgres: connection dropped in a COPY out',
    cutStatement(/^COPY .*USER_ID/s),
    'database_unreachable',
    /connection was/,
  ),
  fails(
    'Personalize: an import fails',
    () =>
      clouds.personalize.faults.order({
        kind: 'importJob',
        at: 'in progress',
        message: 'Insufficient privileges for accessing data in Amazon S3',
      }),
    'job_failed',
    /Insufficient privileges.*under a new name/s,
  ),
  fails(
    'Personalize: connections dropped',
    on('personalize', asks('CreateSolutionVersion'), cutting),
    'personalize_unreachable',
    /AWS_ENDPOINT_URL_PERSONALIZE/,
  ),
  fails(
    'Personalize: a required training fails',
    () =>
      clouds.personalize.faults.order({
        kind: 'solutionVersion',
        at: 'finishing',
        message: 'Create failed.',
      }),
    'job_failed',
    /Create failed\..*keeps the others/s,
    { own: { SEGMENTS: 'off' } },
  ),
  fails(
    'Personalize: a required inference fails',
    () =>
      clouds.personalize.faults.order({
        kind: 'batchInferenceJob',
        at: 'finishing',
        message: 'No capacity.',
      }),
    'job_failed',
    /No capacity\./,
  ),
  fails(
    'S3: an output is cut off',
    on(
      's3',
      gets('output/user-personalization'),
      rewriting((text) => text.slice(0, text.length - 40)),
    ),
    'output_damaged',
    /cut off, or not in Personalize's format.*--fresh/s,
  ),
  fails(
    'S3: connection dropped in an output',
    on('s3', gets('output/user-personalization'), async (answer) => ({
      ...(await answer()),
      cutAfter: 2000,
    })),
    'bucket_unreachable',
    /cannot be used/,
  ),
  fails(
    'Postgres: connection dropped in a COPY in',
    cutStatement(/^COPY snapshot_users/),
    'database_unreachable',
    /connection was/,
  ),
  fails(
    'KV: the token is refused',
    on('kv', writes, answering(403, { errors: [{ message: 'Authentication error' }] })),
    'kv_refused',
    /Authentication error.*CLOUDFLARE_API_TOKEN/s,
  ),
  fails(
    'KV: every write answers 500',
    on('kv', writes, answering(500)),
    'kv_unreachable',
    /goes on from here/,
  ),
  fails(
    'KV: connections dropped at the pointer',
    on('kv', (call) => writes(call) && call.body.includes(`"${POINTER_KEY}"`), cutting),
    'kv_unreachable',
    /goes on from here/,
  ),
  fails(
    'KV: deletions answer 500, behind the flip',
    () => {
      clouds.kv.values.set(partKey('ab'.repeat(16)), Buffer.from('of no snapshot'));
      on('kv', ({ path }) => path.endsWith('/bulk/delete'), answering(500))();
    },
    'kv_unreachable',
    /what readers see is whole/,
    { goesLive: true },
  ),
  { ...passes('nothing: the run ends', () => undefined, /done before/), goesLive: false },
  passes(
    'Personalize: throttled, and a quota is full',
    on(
      'personalize',
      (call) => asks('CreateSolutionVersion')(call) || asks('ListDatasetImportJobs')(call),
      awsError('LimitExceededException'),
      6,
    ),
    /waiting, since Personalize says/,
  ),
  passes(
    'Personalize: an optional inference fails',
    () =>
      clouds.personalize.faults.order({
        kind: 'batchSegmentJob',
        at: 'in progress',
        message: 'No capacity.',
      }),
    /No capacity\.; the run goes on without it/,
  ),
  passes('S3: connections dropped and 503 now and then', everyFewth, /are live/),
  passes(
    'KV: keys not taken, 429, connections dropped',
    () => {
      let calls = 0;
      gates.http.kv.intercept = async (call, forward) => {
        if (!writes(call)) return forward();
        calls++;
        if (calls === 1) return 'cut';
        if (calls === 2) return { status: 429, headers: { 'retry-after': '0' }, body: Buffer.from('{}') };
        if (calls > 4) return forward();
        const pairs = JSON.parse(call.body.toString()) as { key: string }[];
        const body = JSON.stringify({ result: { unsuccessful_keys: pairs.map(({ key }) => key) } });
        return { status: calls === 3 ? 200 : 500, headers: {}, body: Buffer.from(body) };
      };
    },
    /are live/,
  ),
  passes(
    'everything answers slowly',
    () => {
      for (const service of HTTP_SERVICES) on(service, () => true, slowly)();
    },
    /are live/,
  ),
  passes(
    'Personalize: some output lines carry an error',
    on(
      's3',
      gets('output/user-personalization'),
      rewriting((text) =>
        text
          .split('\n')
          .map((line, i) => (i < 3 ? errorLine(line) : line))
          .join('\n'),
      ),
    ),
    /3 of 60 lines failed: User error/,
  ),
  {
    name: 'Personalize: every output line carries an error',
    arrange: on(
      's3',
      gets('output/user-personalization'),
      rewriting((text) => text.split('\n').map(errorLine).join('\n')),
    ),
    ...{ exit: 5, code: null, says: /held/, goesLive: false },
  },
];

function errorLine(line: string): string {
  if (line === '') return line;
  return JSON.stringify({ ...JSON.parse(line), output: null, error: 'User error: as ordered' });
}

function cellOf(said: string): string {
  const lines = said
    .trim()
    .split('\n')
    .filter((line) => !line.startsWith('…'));
  const from = lines.findIndex((line) => line.startsWith('error:'));
  const told =
    from >= 0
      ? lines.slice(from, from + 2)
      : lines.filter((line) => /^warning|waiting, since/.test(line)).slice(0, 1);
  return (told.length === 0 ? (lines.at(-1) ?? '') : told.join(' ')).replace(/\s+/g, ' ').slice(0, 230);
}

describe('what goes wrong with a cloud', { timeout: 600_000 }, () => {
  test('is told with a remedy and an exit code, and leaves readers a whole snapshot', async () => {
    for (const fault of FAULTS) {
      heal();
      fault.arrange();
      const before = live();
      const { code, said } = await run(fault.own).ended;
      const changed = live() !== before;
      table.push(
        `${fault.name.padEnd(62)}${String(code).padEnd(6)}${(changed ? 'new' : 'old').padEnd(6)}${cellOf(said)}`,
      );
      expect
        .soft([fault.name, code, said])
        .toEqual([fault.name, fault.exit, expect.stringMatching(fault.says)]);
      expect.soft([fault.name, changed]).toEqual([fault.name, fault.goesLive]);
      if (fault.code !== null)
        expect.soft([fault.name, said]).toEqual([fault.name, expect.stringContaining(`[${fault.code}]`)]);
      heal();
    }
  });
});

/** A fault that hangs for ever, and a line of the run's output by which it does. */
const HANGS: readonly (readonly [string, () => void, RegExp])[] = [
  [
    'a COPY',
    () => {
      gates.postgres.onStatement = (sql) => (/^COPY .*USER_ID/s.test(sql) ? 'hang' : 'pass');
    },
    /… export/,
  ],
  ['an upload', on('s3', puts('datasets/'), () => new Promise(() => undefined)), /… export/],
  [
    'a call to Personalize',
    on('personalize', asks('CreateSolutionVersion'), () => new Promise(() => undefined)),
    /… train/,
  ],
  ['a write to KV', on('kv', writes, () => new Promise(() => undefined)), /… publish/],
];

describe('SIGTERM ends within ten seconds and says how to go on', { timeout: 600_000 }, () => {
  test.each(HANGS)('while %s hangs', async (_, arrange, sign) => {
    heal();
    arrange();
    let told = 0;
    const child = run({}, (said) => {
      if (told !== 0 || !sign.test(said)) return;
      // Long enough for the step to reach what hangs.
      told = 1;
      setTimeout(() => {
        told = performance.now();
        child.kill('SIGTERM');
      }, 1500);
    });
    const { code, said } = await child.ended;
    expect([code, said]).toEqual([4, expect.stringContaining('run the same command again')]);
    expect(performance.now() - told).toBeLessThan(10_000);
    heal();
  });
});

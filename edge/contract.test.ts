import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import pMap from 'p-map';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findFreePort } from '../local/freePort.ts';
import { startNeonProxy } from '../local/neon-proxy/startNeonProxy.ts';
import { createTestDatabase } from '../local/testing/database.ts';
import { type LocalWorker, startWorker } from '../local/worker/startWorker.ts';
import { DRILL_FAULTS, DRILL_HEADER, DRILL_STORES } from '../shared/rules/drillFaults.ts';
import { signJwt } from './access/jwt.ts';
import { RulesAnswer } from './admin/shapes.ts';
import { signDrill } from './drill/drillTicket.ts';
import { ADMINISTERED, as } from './testing/askService.ts';
import { breachesOf, type GivenAnswer } from './testing/contract/answers.ts';
import { type OpenApi, type Operation, readOpenApi } from './testing/contract/openApi.ts';
import { type FuzzedRequest, requestsOf } from './testing/contract/requests.ts';
import { createValidator, type Validator } from './testing/contract/validator.ts';
import { putKv } from './testing/putKv.ts';
import { fillPostgres } from './testing/samplePostgres.ts';
import { DEFAULTS, PRODUCTS, USERS } from './testing/sampleShop.ts';
import { makePointer, makeSnapshot } from './testing/sampleSnapshot.ts';

/** More by CONTRACT_REQUESTS=20000 npx vitest run --project node edge/contract; the same again by CONTRACT_SEED. */
const { CONTRACT_REQUESTS, CONTRACT_SEED } = process.env;
const DEFAULT_REQUESTS = 2_000;
const REQUESTS = Number(CONTRACT_REQUESTS ?? DEFAULT_REQUESTS);
const SEED = Number(CONTRACT_SEED ?? Date.now() % 1e9);
const A_TIME = 500;
const AT_ONCE = 8;
const MOST_SHOWN = 12;
const SHOPPER_KEY = 'k'.repeat(40);
const READ_KEY = 'read-key-of-many-characters-000001';

let worker: LocalWorker;
let document: OpenApi;
let validator: Validator;
const stops: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  const text = await readFile(new URL('./public/openapi.json', import.meta.url), 'utf8');
  document = readOpenApi(text);
  validator = createValidator(JSON.parse(text));
  const folder = await mkdtemp(join(tmpdir(), 'edge-contract-'));
  stops.push(() => rm(folder, { recursive: true, force: true }));
  const snapshots = [await makeSnapshot(1), await makeSnapshot(2)];
  const database = await createTestDatabase();
  stops.push(() => database.drop());
  await fillPostgres(database.url, snapshots, 2);
  const proxy = await startNeonProxy({ postgresUrl: database.url });
  stops.push(() => proxy.stop());
  const defaultsPath = join(folder, 'defaults.json');
  await writeFile(defaultsPath, JSON.stringify(DEFAULTS));
  const sha256 = createHash('sha256').update(READ_KEY).digest('hex');
  worker = await startWorker({
    projectRoot: fileURLToPath(new URL('..', import.meta.url)),
    port: await findFreePort(),
    dataDir: join(folder, 'worker'),
    defaultsPath,
    vars: {
      ...ADMINISTERED,
      ...{ ENVIRONMENT: 'test', USER_READS: 'signed', POINTER_TTL_MS: '1000' },
      ...{ DATABASE_URL: database.url, NEON_FETCH_ENDPOINT: proxy.fetchEndpoint },
      SHOPPER_TOKEN_KEYS: SHOPPER_KEY,
      READ_KEYS: JSON.stringify([{ name: 'crm', sha256, scopes: ['personal', 'analytics'] }]),
    },
  });
  stops.push(() => worker.stop());
  await putKv(worker, [...snapshots.flatMap(({ values }) => [...values]), makePointer(2, 1)]);
});
afterAll(async () => {
  for (const stop of stops.reverse()) await stop();
});

const words = {
  known: [
    ...PRODUCTS.map(({ card }) => card.product_id),
    ...Object.keys(USERS),
    ...['Lahore', 'Punjab', 'Pillows', 'Bedding > Pillows', 'shopify', 'till', '9001', '17', '1', '2'],
  ],
};

/** How a request comes: who sends it, and what fails meanwhile. */
interface Circumstances {
  readonly token: 'fitting' | 'none' | 'shopper' | 'key' | 'viewer' | 'operator' | 'wrong';
  readonly drill: Readonly<Record<string, string>> | null;
  /** As many addresses as there are guesses: the limits have tests of their own. */
  readonly client: number;
  readonly method: 'its own' | 'HEAD' | 'PATCH';
  readonly known: string | null;
  /** If-Match and the rule, where they are asked for: drawn, or those there are. */
  readonly current: boolean;
}

/** What hangs costs half a second each time, and has tests of its own. */
const QUICK_FAULTS = DRILL_FAULTS.filter((fault) => fault !== 'hanging' && fault !== 'slow');

const circumstances: fc.Arbitrary<Circumstances> = fc.record({
  token: fc.oneof(
    { weight: 2, arbitrary: fc.constant('fitting' as const) },
    { weight: 1, arbitrary: fc.constantFrom('none', 'shopper', 'key', 'viewer', 'operator', 'wrong') },
  ),
  drill: fc.option(
    fc.dictionary(fc.constantFrom(...DRILL_STORES), fc.constantFrom(...QUICK_FAULTS), {
      ...{ minKeys: 1, maxKeys: 3, noNullPrototype: true },
    }),
    { freq: 9 },
  ),
  client: fc.nat({ max: 65_535 }),
  method: fc.constantFrom('its own', 'its own', 'its own', 'its own', 'its own', 'its own', 'HEAD', 'PATCH'),
  known: fc.option(fc.constantFrom('*', '"x"', ',,', 'W/'), { freq: 6 }),
  current: fc.boolean(),
});

async function tokenOf({ token: kind }: Circumstances, { tags }: Operation): Promise<string | null> {
  const exp = Math.floor(Date.now() / 1000) + 600;
  const fitting = tags.includes('analytics')
    ? 'key'
    : tags.includes('administration')
      ? 'operator'
      : 'shopper';
  const shown = kind === 'fitting' ? fitting : kind;
  switch (shown) {
    case 'none':
      return null;
    case 'shopper':
      return await signJwt(SHOPPER_KEY, { aud: 'recommendations', sub: 'ayesha', exp });
    case 'key':
      return READ_KEY;
    case 'wrong':
      return 'a-guess';
    default:
      return as(shown).headers['authorization']?.slice('Bearer '.length) ?? '';
  }
}

/** The version of the rules there is, and one of them. */
async function current(): Promise<{ version: string; rule: string }> {
  const response = await fetch(`${worker.url}/api/v1/admin/rules`, as('viewer'));
  const { rules } = RulesAnswer().parse(await response.json());
  return { version: response.headers.get('etag') ?? '', rule: rules[0]?.id ?? 'none' };
}

async function send(request: FuzzedRequest, how: Circumstances): Promise<GivenAnswer> {
  const token = await tokenOf(how, request.operation);
  const headers: Record<string, string> = {
    ...request.headers,
    'cf-connecting-ip': `10.1.${how.client >> 8}.${how.client & 255}`,
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    ...(how.known === null ? {} : { 'if-none-match': how.known }),
  };
  let { path } = request;
  if (how.current && 'If-Match' in headers) {
    const { version, rule } = await current();
    headers['If-Match'] = version;
    path = path.replace(/rules\/.*/, `rules/${rule}`);
  }
  if (how.drill !== null)
    headers[DRILL_HEADER] = await signDrill(ADMINISTERED.DRILL_KEY, how.drill, Date.now() / 1000 + 300);
  const method = how.method === 'its own' ? request.operation.method : how.method;
  const response = await fetch(`${worker.url}${path}`, {
    ...{ method, headers },
    ...(request.body === null || method === 'HEAD' ? {} : { body: request.body }),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** What `current` puts in the place of what was drawn. */
const REPLACED = new Set(['If-Match', 'rule_id']);
/** Rules that JSON Schema has no words for; the document has them in words. */
const ACROSS = /must not be above price_max|must be after valid_from/;

/** What of an answer is not as the document says. */
function breaches(request: FuzzedRequest, how: Circumstances, answer: GivenAnswer): string[] {
  const { operation, verdict } = request;
  if (answer.status >= 500 && answer.status !== 503) return ['an error of ours'];
  if (how.method !== 'its own') return otherMethodBreaches(how, answer);
  const found = breachesOf(operation, answer, { document, validator });
  const isAcross = ACROSS.test(answer.text);
  if (verdict === 'valid' && answer.status === 400 && !isAcross)
    found.push('what the document allows is refused');
  const wrong = request.wrong.filter((name) => !(how.current && REPLACED.has(name)));
  if (wrong.length > 0 && answer.status < 400)
    found.push(`what the document forbids is taken: ${wrong.join()}`);
  return [...found, ...shownBreaches(request, answer)];
}

function otherMethodBreaches({ method }: Circumstances, { status, text, headers }: GivenAnswer): string[] {
  if (method === 'HEAD') return text === '' ? [] : ['HEAD has a body'];
  const isProblem =
    validator.problemWith({ $ref: '#/components/schemas/Problem' }, JSON.parse(text)) === null;
  // The administration's addresses are nobody's business.
  const isRefused = status === 405 ? headers.has('allow') : status === 404;
  return isProblem && isRefused ? [] : [`an unknown method is answered ${status}`];
}

/** Nothing twice; nothing sold out, and no postage, whatever is asked. */
function shownBreaches({ path, operation }: FuzzedRequest, { status, text }: GivenAnswer): string[] {
  if (status !== 200 || operation.tags[0] !== 'recommendations') return [];
  const shown = [...text.matchAll(/[{,]"product_id":"(P-\d+)"/g)].map(([, id]) => id);
  const listed = /^\{"product_id"/.test(text) ? shown.slice(1) : shown;
  return [
    ...(new Set(listed).size === listed.length ? [] : ['a product stands twice']),
    ...(listed.includes('P-5') && !path.includes('in_stock=') ? ['a sold-out product is shown'] : []),
    ...(listed.includes('P-20') ? ['postage is shown'] : []),
  ];
}

test('whatever is asked of any documented operation, the answer is as the document says', async () => {
  // A drill of the whole shop would turn all that follows into drilled answers; it has a test of its own.
  const isTame = ({ operation, body }: FuzzedRequest) =>
    operation.operationId !== 'orderDrill' || body === null || !body.includes('"confirm":true');
  const any = fc.oneof(
    ...document.operations.map((operation) => ({
      weight: operation.tags.includes('recommendations') ? 3 : 1,
      arbitrary: requestsOf(operation, { document, validator, words }).filter(isTame),
    })),
  );
  const asked = new Map<string, number>();
  const wrong: string[] = [];
  for (let done = 0; done < REQUESTS && wrong.length < MOST_SHOWN; done += A_TIME) {
    const drawn = fc.sample(fc.tuple(any, circumstances), { numRuns: A_TIME, seed: SEED + done });
    const judged = async ([request, how]: (typeof drawn)[number]) => {
      const answer = await send(request, how);
      const kind = `${request.operation.operationId} ${answer.status}`;
      asked.set(kind, (asked.get(kind) ?? 0) + 1);
      for (const breach of breaches(request, how, answer)) wrong.push(told(breach, request, how, answer));
    };
    await pMap(drawn, judged, { concurrency: AT_ONCE });
  }
  if (REQUESTS > DEFAULT_REQUESTS) console.log(Object.fromEntries([...asked].sort()));
  expect(wrong.slice(0, MOST_SHOWN).join('\n\n'), `CONTRACT_SEED=${SEED}`).toBe('');
  // Everything was asked for, and was got; what changes something depends on what was changed before.
  for (const operation of document.operations) {
    const [best] = Object.keys(operation.responses).sort();
    const changes = operation.tags.includes('administration') && operation.method !== 'GET';
    if (!changes) expect([...asked.keys()]).toContain(`${operation.operationId} ${best}`);
  }
}, 3_600_000);

function told(
  breach: string,
  request: FuzzedRequest,
  how: Circumstances,
  { status, text }: GivenAnswer,
): string {
  const { operation, path, headers, body, verdict, wrong } = request;
  const sent = { ...how, ...headers, body: body?.slice(0, 1_000), verdict, wrong };
  return `${breach}\n${operation.method} ${path}\n${JSON.stringify(sent)}\n${status} ${text.slice(0, 1_000)}`;
}

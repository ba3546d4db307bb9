import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Argument, Command } from 'commander';
import { z } from 'zod';
import { LocalError } from './errors.ts';
import { startAws, startDatabase } from './stack/clouds.ts';
import { type Home, openHome } from './stack/home.ts';
import { createShutdown, type Shutdown } from './stack/shutdown.ts';
import { awsVariables, type Variables } from './stack/variables.ts';
import { startWorker } from './worker/startWorker.ts';

const projectRoot = resolve(fileURLToPath(new URL('..', import.meta.url)));

const Request = z.object({
  cloud: z.enum(['aws', 'postgres', 'worker']),
  data: z.string().min(1),
  port: z.coerce.number('--port must be a number').int().min(1).max(65_535).optional(),
});
type Request = z.infer<typeof Request>;

interface Started {
  readonly addresses: readonly string[];
  /** What to set in another terminal to use it. */
  readonly variables: Variables;
  /** Resolves when it has ended by itself; null for what ends only with this process. */
  readonly ended: Promise<void> | null;
}

const example = `
Each keeps its data where npm start does, so only one of the two can run at a time in a folder.
Examples:
  npm run local -- postgres
  npm run local -- aws --data /tmp/other
  DATABASE_URL=postgres://… npm run local -- worker --port 9000
`;

function readRequest(args: readonly string[]): Request {
  const program = new Command('npm run local --')
    .description('Starts one local cloud alone, prints its address and the environment to use it.')
    .addArgument(new Argument('<cloud>', 'which one').choices(['aws', 'postgres', 'worker']))
    .option('--data <folder>', 'where everything is kept', '.local')
    .option('--port <n>', 'of PostgreSQL (any free one) or the Worker (8787)')
    .addHelpText('after', example)
    .showHelpAfterError()
    .parse([...args], { from: 'user' });
  const parsed = Request.safeParse({ cloud: program.args[0], ...program.opts() });
  if (parsed.success && parsed.data.cloud === 'aws' && parsed.data.port !== undefined) {
    const problem = 'aws is two services, S3 and Personalize, which find their own ports.';
    throw new LocalError('bad-option', problem, 'Leave out --port.');
  }
  if (parsed.success) return parsed.data;
  throw new LocalError(
    'bad-option',
    parsed.error.issues.map((issue) => issue.message).join('\n'),
    'npm run local -- --help lists the flags.',
  );
}

async function startOne(request: Request, home: Home, shutdown: Shutdown): Promise<Started> {
  if (request.cloud === 'aws') {
    const aws = await startAws({ home, shutdown });
    return {
      addresses: [`S3           ${aws.s3Url}`, `Personalize  ${aws.personalizeUrl}`],
      variables: awsVariables(aws),
      ended: null,
    };
  }
  if (request.cloud === 'postgres') {
    const database = await startDatabase({ home, shutdown, log: console.log }, request.port);
    return {
      addresses: [`PostgreSQL   ${database.databaseUrl}`, `Neon's HTTP  ${database.fetchEndpoint}`],
      variables: { DATABASE_URL: database.databaseUrl, NEON_FETCH_ENDPOINT: database.fetchEndpoint },
      ended: database.ended,
    };
  }
  return startWorkerAlone(request, home, shutdown);
}

/** Without DATABASE_URL it answers from KV and the defaults. */
async function startWorkerAlone(request: Request, home: Home, shutdown: Shutdown): Promise<Started> {
  const { DATABASE_URL, NEON_FETCH_ENDPOINT } = process.env;
  const worker = await startWorker({
    projectRoot,
    port: request.port ?? 8787,
    dataDir: home.path('worker'),
    vars: {
      ...{ ID_HASH_KEY: home.idHashKey, ENVIRONMENT: 'local', USER_READS: 'local' },
      ...(DATABASE_URL ? { DATABASE_URL } : {}),
      ...(NEON_FETCH_ENDPOINT ? { NEON_FETCH_ENDPOINT } : {}),
    },
    defaultsPath: home.path('defaults.json'),
  });
  shutdown.add('The Worker', worker.stop);
  return {
    addresses: [`Worker       ${worker.url}/health`],
    variables: { KV_BASE_URL: worker.kvBaseUrl, CLOUDFLARE_API_TOKEN: 'local', ID_HASH_KEY: home.idHashKey },
    ended: worker.ended,
  };
}

function present({ addresses, variables }: Started): string {
  const quoted = (value: string): string => `'${value.replaceAll("'", `'\\''`)}'`;
  const exports = Object.entries(variables).map(([name, value]) => `export ${name}=${quoted(value)}`);
  return ['', ...addresses, '', ...exports, '', 'Stop with Ctrl-C.'].join('\n');
}

async function main(): Promise<number> {
  const shutdown = createShutdown(console.log);
  const asked = shutdown.requested.then(() => null);
  try {
    const request = readRequest(process.argv.slice(2));
    const home = await openHome(resolve(request.data));
    const started = await Promise.race([startOne(request, home, shutdown), asked]);
    if (started === null) return 0;
    console.log(present(started));
    const isAsked = asked.then(() => true);
    if (await Promise.race([isAsked, ...(started.ended ? [started.ended.then(() => false)] : [])])) return 0;
    console.error(`\n${request.cloud} has ended by itself. Its log is in ${home.path(request.cloud)}.`);
    return 1;
  } catch (error) {
    console.error(error instanceof LocalError ? `\n${error.message}\n${error.remedy}` : error);
    return 1;
  } finally {
    await shutdown.run();
  }
}

process.exit(await main());

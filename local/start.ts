import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { settingNames } from '../edge/config.ts';
import { LocalError } from './errors.ts';
import { requireFreePort } from './freePort.ts';
import { takeLock } from './processes/lock.ts';
import { type LocalDatabase, startAws, startDatabase } from './stack/clouds.ts';
import { type Home, openHome } from './stack/home.ts';
import { readStartOptions, type StartOptions } from './stack/options.ts';
import { prepareShop, recreateDatabase, removeShop, requireIdleClouds } from './stack/prepareShop.ts';
import { runProgram, terminalVariables } from './stack/program.ts';
import { planShop, readShopState, shopOf } from './stack/shop.ts';
import { createShutdown, type EndSignal, type Shutdown } from './stack/shutdown.ts';
import { batchVariables, saveBatchVariables, workerVariables } from './stack/variables.ts';
import { welcome } from './stack/welcome.ts';
import { type LocalWorker, startWorker } from './worker/startWorker.ts';

const projectRoot = resolve(fileURLToPath(new URL('..', import.meta.url)));
const log = (line: string): void => console.log(line);

/**
 * `npm start`: the local clouds, the shop's orders, one batch, and the Worker that answers from it.
 * Resolves when all of it serves, with what resolves when the Worker has ended, asked or not.
 */
async function start(options: StartOptions, shutdown: Shutdown): Promise<{ workerEnded: Promise<void> }> {
  await requireFreePort(options.port, '--port');
  const asked = await shopOf(options);
  const home = await openHome(options.dataDir);
  const lock = await takeLock(home.path('lock'), options.dataDir);
  shutdown.add('The lock', lock.release);
  const plan = planShop(asked, await readShopState(home));

  const database = await timed('PostgreSQL', () => startDatabase({ home, shutdown, log }));
  const { databaseUrl } = database;
  if (plan.action === 'replace') {
    log('Another shop was kept here: the sample shop gives way.');
    await requireIdleClouds(home);
    await recreateDatabase(databaseUrl);
    await removeShop(home);
  }
  const programs = { projectRoot, shutdown, terminal: terminalVariables(process.env) };
  const migrate = { script: 'batch/main.ts', args: ['migrate'], variables: { DATABASE_URL: databaseUrl } };
  const defaultsPath = home.path('defaults.json');
  const [aws, worker] = await Promise.all([
    timed('S3 and Personalize', () => startAws({ home, shutdown })),
    timed('Worker', () => serveWorker({ options, home, shutdown, database, defaultsPath })),
    runProgram(programs, migrate),
  ]);

  const { kvBaseUrl, url } = worker;
  const variables = batchVariables(home, { database, aws, kvBaseUrl, edgeUrl: url });
  await saveBatchVariables(home, variables);
  await prepareShop({ home, programs, plan, variables, databaseUrl, kvBaseUrl, defaultsPath, log });
  log(await welcome({ home, url, shop: plan.shop, databaseUrl, variables }));
  // Without PostgreSQL the Worker goes on, as it would in production.
  void database.ended.then(() => {
    if (shutdown.stopping) return;
    log(
      '\nPostgreSQL has ended: answers now come from KV or the bundled defaults. A new start brings it back.',
    );
  });
  return { workerEnded: worker.ended };
}

interface Serving {
  readonly options: StartOptions;
  readonly home: Home;
  readonly shutdown: Shutdown;
  readonly database: LocalDatabase;
  readonly defaultsPath: string;
}

async function serveWorker({
  options,
  home,
  shutdown,
  database,
  defaultsPath,
}: Serving): Promise<LocalWorker> {
  const worker = await startWorker({
    projectRoot,
    port: options.port,
    dataDir: home.path('worker'),
    vars: { ...workerVariables(home, database), ...options.settings },
    defaultsPath,
  });
  shutdown.add('The Worker', worker.stop);
  return worker;
}

async function timed<T>(name: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const result = await work();
  log(`✓ ${name.padEnd(20)} ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return result;
}

function explain(error: unknown): void {
  if (error instanceof LocalError) console.error(`\n${error.message}\n${error.remedy}`);
  else console.error(error);
}

const conventional: Readonly<Record<EndSignal, number>> = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

/** 0 when asked to stop while serving, the shell's number when asked before that, 1 when something broke. */
async function main(): Promise<number> {
  const options = readStartOptions(process.argv.slice(2), settingNames());
  const shutdown = createShutdown(log);
  const asked = shutdown.requested.then((signal) => ({ signal }));
  let code = 1;
  try {
    const started = await Promise.race([start(options, shutdown), asked]);
    if ('signal' in started) {
      code = conventional[started.signal];
    } else {
      const ended = await Promise.race([started.workerEnded, asked]);
      if (ended === undefined) console.error('\nThe Worker has ended by itself; stopping the rest.');
      else code = 0;
    }
  } catch (error) {
    explain(error);
  }
  await shutdown.run();
  return code;
}

try {
  process.exit(await main());
} catch (error) {
  explain(error);
  process.exit(1);
}

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { findFreePort } from '../local/freePort.ts';
import { startPostgres } from '../local/postgres/startPostgres.ts';
import { startWorker } from '../local/worker/startWorker.ts';

export interface Clouds {
  /** The environment the batch is given. */
  readonly env: Readonly<Record<string, string>>;
  readonly databaseUrl: string;
  readonly kvBaseUrl: string;
  readonly workerUrl: string;
  stop(): Promise<void>;
}

export const BUCKET = 'bench';
const ID_HASH_KEY = '5a'.repeat(32);
export const projectRoot = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');

const Ready = z.object({ url: z.url() });

async function startCloudProcess(
  args: readonly string[],
  logFile: string,
): Promise<{ url: string; child: ChildProcess }> {
  const child = fork(join(projectRoot, 'bench/cloudProcess.ts'), args, {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (data) => appendFileSync(logFile, data));
  const failed = once(child, 'exit').then(() => {
    const said = readFileSync(logFile, 'utf8').split('\n').slice(-15).join('\n');
    throw new Error(`${args[0]} ended before it was ready:\n${said}`);
  });
  const [message] = await Promise.race([once(child, 'message'), failed]);
  failed.catch(() => undefined);
  return { url: Ready.parse(message).url, child };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.disconnect();
  await gone;
}

/** Starts everything the batch talks to, in a folder, each in a process of its own. */
export async function startClouds(folder: string): Promise<Clouds> {
  const logFile = join(folder, 'clouds.log');
  const log = (line: string) => appendFileSync(logFile, `${line}\n`);
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const one of stops.reverse()) await one();
  };
  try {
    const postgres = await startPostgres({ dataDir: join(folder, 'postgres'), log });
    stops.push(() => postgres.stop());
    const s3 = await startCloudProcess(['s3', join(folder, 's3'), BUCKET], logFile);
    stops.push(() => end(s3.child));
    const personalize = await startCloudProcess(
      ['personalize', join(folder, 'personalize'), s3.url],
      logFile,
    );
    stops.push(() => end(personalize.child));
    const worker = await startWorker({
      projectRoot,
      port: await findFreePort(),
      dataDir: join(folder, 'worker'),
      vars: { DATABASE_URL: postgres.url, ID_HASH_KEY },
      defaultsPath: join(folder, 'defaults.json'),
    });
    stops.push(() => worker.stop());
    return {
      env: {
        PATH: dirname(process.execPath),
        HOME: folder,
        ENVIRONMENT: 'bench',
        DATABASE_URL: postgres.url,
        AWS_REGION: 'eu-central-1',
        AWS_ACCESS_KEY_ID: 'local',
        AWS_SECRET_ACCESS_KEY: 'local',
        AWS_EC2_METADATA_DISABLED: 'true',
        S3_BUCKET: BUCKET,
        S3_FORCE_PATH_STYLE: 'true',
        AWS_ENDPOINT_URL_S3: s3.url,
        AWS_ENDPOINT_URL_PERSONALIZE: personalize.url,
        KV_BASE_URL: worker.kvBaseUrl,
        ID_HASH_KEY,
      },
      databaseUrl: postgres.url,
      kvBaseUrl: worker.kvBaseUrl,
      workerUrl: worker.url,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

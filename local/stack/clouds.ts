import { startNeonProxy } from '../neon-proxy/startNeonProxy.ts';
import { logLine } from '../personalize/log.ts';
import { startPersonalize } from '../personalize/start.ts';
import { startPostgres } from '../postgres/startPostgres.ts';
import { startS3 } from '../s3/startS3.ts';
import { type Home, rememberPorts } from './home.ts';
import { openJournal } from './journal.ts';
import type { Shutdown } from './shutdown.ts';

/** What every local AWS client is given: nobody checks it, but none of it may be missing. */
export const localAws = {
  region: 'eu-central-1',
  accessKeyId: 'local',
  secretAccessKey: 'local',
  roleArn: 'arn:aws:iam::000000000000:role/local',
  bucket: 'recommendations-local',
} as const;

interface Context {
  readonly home: Home;
  readonly shutdown: Shutdown;
  readonly log: (line: string) => void;
}

export interface LocalDatabase {
  readonly databaseUrl: string;
  /** SQL over HTTP, for the Worker. */
  readonly fetchEndpoint: string;
  /** Resolves when PostgreSQL has ended, asked or not. */
  readonly ended: Promise<void>;
}

/** PostgreSQL, and Neon's protocols in front of it. */
export async function startDatabase({ home, shutdown, log }: Context, port?: number): Promise<LocalDatabase> {
  const wish = port ?? home.ports.postgres;
  const postgres = await startPostgres({
    dataDir: home.path('postgres'),
    log,
    ...(wish === undefined ? {} : { port: wish }),
  });
  shutdown.add('PostgreSQL', postgres.stop);
  const proxy = await startNeonProxy({
    postgresUrl: postgres.url,
    ...(home.ports.neon === undefined ? {} : { port: home.ports.neon }),
  });
  shutdown.add('The Neon proxy', proxy.stop);
  await rememberPorts(home, { postgres: postgres.port, neon: proxy.port });
  return { databaseUrl: postgres.url, fetchEndpoint: proxy.fetchEndpoint, ended: postgres.ended };
}

export interface LocalAws {
  readonly s3Url: string;
  readonly personalizeUrl: string;
}

/** S3 and the stand-in for Personalize that reads from it and writes to it. */
export async function startAws({ home, shutdown }: Omit<Context, 'log'>): Promise<LocalAws> {
  const s3 = await startS3({
    dataDir: home.path('s3'),
    buckets: [localAws.bucket],
    ...(home.ports.s3 === undefined ? {} : { port: home.ports.s3 }),
  });
  shutdown.add('S3', s3.stop);
  const writeLine = await openJournal(home.path('personalize', 'personalize.log'));
  const { region, accessKeyId, secretAccessKey } = localAws;
  const personalize = await startPersonalize({
    dataDir: home.path('personalize'),
    s3: { endpoint: s3.url, region, credentials: { accessKeyId, secretAccessKey } },
    profile: 'engine',
    log: (message, details) => writeLine(logLine(message, details)),
    ...(home.ports.personalize === undefined ? {} : { port: home.ports.personalize }),
  });
  shutdown.add('Personalize', personalize.stop);
  await rememberPorts(home, { s3: s3.port, personalize: personalize.port });
  return { s3Url: s3.url, personalizeUrl: personalize.url };
}

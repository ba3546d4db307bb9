import type { TestClouds } from './cloudsOn.ts';
import { type HttpCall, type HttpGate, startHttpGate } from './httpGate.ts';
import { type PostgresGate, startPostgresGate } from './postgresGate.ts';

export const HTTP_SERVICES = ['personalize', 's3', 'kv'] as const;
export type HttpService = (typeof HTTP_SERVICES)[number];

/** A gate in front of each service of the clouds. */
export interface Gates {
  readonly http: Readonly<Record<HttpService, HttpGate>>;
  readonly postgres: PostgresGate;
  /** What `batch` is given to go through the gates. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

export async function startGates({ environment }: TestClouds): Promise<Gates> {
  const kvBase = new URL(environment['KV_BASE_URL'] ?? '');
  const [personalize, s3, kv, postgres] = await Promise.all([
    startHttpGate(environment['AWS_ENDPOINT_URL_PERSONALIZE'] ?? ''),
    startHttpGate(environment['AWS_ENDPOINT_URL_S3'] ?? ''),
    startHttpGate(kvBase.origin),
    startPostgresGate(environment['DATABASE_URL'] ?? ''),
  ]);
  return {
    http: { personalize, s3, kv },
    postgres,
    environment: {
      ...environment,
      DATABASE_URL: postgres.url,
      AWS_ENDPOINT_URL_PERSONALIZE: personalize.url,
      AWS_ENDPOINT_URL_S3: s3.url,
      KV_BASE_URL: `${kv.url}${kvBase.pathname}`,
    },
    stop: async () => {
      await Promise.all([personalize.stop(), s3.stop(), kv.stop(), postgres.stop()]);
    },
  };
}

/** `CreateSolutionVersion test-N-popularity-count`: a call's name, the same in every attempt. */
export function nameOfCall(service: HttpService, call: HttpCall): string {
  if (service !== 'personalize') return steady(`${call.method} ${call.path}`);
  const operation = String(call.headers['x-amz-target'] ?? '').replace(/^.*\./, '');
  const subject = /"(?:jobName|name|\w*Arn)":"([^"]+)"/.exec(call.body.toString('utf8'))?.[1] ?? '';
  return steady(`${operation} ${subject.replace(/^arn:[^/]*\//, '')}`);
}

export function nameOfStatement(sql: string): string {
  return steady(sql.replace(/\s+/g, ' ').trim().slice(0, 90));
}

/** Without what differs from one attempt to the next: ids of uploads, runs, snapshots, contents. */
function steady(name: string): string {
  return name
    .replace(/uploadId=[^&]*/i, 'uploadId')
    .replace(/\d{8}-\d{6}-[0-9a-f]{4}/g, 'RUN')
    .replace(/[0-9a-f]{8,}/g, 'H')
    .replace(/\d+/g, 'N');
}

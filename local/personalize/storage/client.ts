import { S3Client } from '@aws-sdk/client-s3';

/** Where the stand-in reads and writes objects; plain data, so that it can be handed to a worker thread. */
export interface S3Settings {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** S3 that says nothing for so long (milliseconds) fails the job; a minute when absent. */
  readonly patienceMs?: number;
}

/** S3 as jobs use it: nothing here waits for ever. */
export interface S3Access {
  /** For calls whose answers are short, and for uploads. */
  readonly calls: S3Client;
  /** For bodies that are read as slowly as their reader likes. */
  readonly bodies: S3Client;
  readonly patienceMs: number;
  close(): void;
}

const CONNECT_MS = 5_000;
const PATIENCE_MS = 60_000;

/**
 * A socket's own time-out counts the reader's pauses as S3's silence, so `bodies` has none: its answers must
 * begin in time, and timelyBody.ts sees to it that they go on.
 */
export function openS3(settings: S3Settings): S3Access {
  const { endpoint, region, credentials, patienceMs = PATIENCE_MS } = settings;
  const clientOf = (socketTimeout: number) =>
    new S3Client({
      ...{ endpoint, region, credentials, forcePathStyle: true },
      requestHandler: {
        connectionTimeout: Math.min(CONNECT_MS, patienceMs),
        requestTimeout: patienceMs,
        throwOnRequestTimeout: true,
        socketTimeout,
      },
    });
  const calls = clientOf(patienceMs);
  const bodies = clientOf(0);
  const close = () => {
    calls.destroy();
    bodies.destroy();
  };
  return { calls, bodies, patienceMs, close };
}

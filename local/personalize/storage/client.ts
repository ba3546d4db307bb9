import { S3Client } from '@aws-sdk/client-s3';

/** Where the stand-in reads and writes objects; plain data, so that it can be handed to a worker thread. */
export interface S3Settings {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

const CONNECT_MS = 5_000;
/** No S3 is silent for longer in the midst of an answer. */
const SILENCE_MS = 60_000;

/**
 * `silenceMs`: an answer that makes no progress for so long is an error; 0 = no limit. The reader's own
 * pauses count as silence, so one that pauses for longer must ask for no limit.
 */
export function createS3Client(settings: S3Settings, silenceMs = SILENCE_MS): S3Client {
  return new S3Client({
    endpoint: settings.endpoint,
    region: settings.region,
    credentials: settings.credentials,
    forcePathStyle: true,
    requestHandler: { connectionTimeout: CONNECT_MS, socketTimeout: silenceMs },
  });
}

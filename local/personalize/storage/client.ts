import { S3Client } from '@aws-sdk/client-s3';

/** Where the stand-in reads and writes objects; plain data, so that it can be handed to a worker thread. */
export interface S3Settings {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

export function createS3Client(settings: S3Settings): S3Client {
  return new S3Client({
    endpoint: settings.endpoint,
    region: settings.region,
    credentials: settings.credentials,
    forcePathStyle: true,
  });
}

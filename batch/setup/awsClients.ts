import { IAMClient } from '@aws-sdk/client-iam';
import { S3Client } from '@aws-sdk/client-s3';
import { STSClient } from '@aws-sdk/client-sts';
import type { Config } from '../config.ts';

export interface AwsClients {
  /** Its errors as Amazon names them, unlike those of createObjectStore. */
  readonly s3: S3Client;
  readonly iam: IAMClient;
  readonly sts: STSClient;
}

const MAX_ATTEMPTS = 3;

/** Credentials, and other addresses of IAM and STS, come from the SDK's own chain. */
export function createAwsClients({ region, endpoint, forcePathStyle }: Config['s3']): AwsClients {
  const common = { region, maxAttempts: MAX_ATTEMPTS };
  return {
    s3: new S3Client({ ...common, forcePathStyle, ...(endpoint === null ? {} : { endpoint }) }),
    iam: new IAMClient(common),
    sts: new STSClient(common),
  };
}

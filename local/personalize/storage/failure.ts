import { JobFailure } from '../state/jobFailure.ts';

const NO_ACCESS = 'Insufficient privileges for accessing data in Amazon S3';
const REFUSALS = new Set([
  'AccessDenied',
  'NoSuchBucket',
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'NoSuchKey',
]);

export const noAccess = () => new JobFailure(NO_ACCESS);

/** Personalize answers every refusal by S3 with the same words; a silent S3 fails the job too. */
export function asFailure(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if (REFUSALS.has(error.name)) return noAccess();
  return error.name === 'TimeoutError' ? new JobFailure('Amazon S3 did not answer in time.') : error;
}

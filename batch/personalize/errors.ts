import { BatchError } from '../errors.ts';

/** The name Personalize, the SDK or the network gave an error. */
export function errorName(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null;
  return error.name === 'Error' && code !== null ? code : error.name;
}

const PATIENCE = new Set([
  'LimitExceededException',
  'ResourceInUseException',
  'ThrottlingException',
  'TooManyRequestsException',
  'InternalServerException',
  'InternalFailure',
  'ServiceUnavailable',
  'TimeoutError',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'ENOTFOUND',
]);

/** True for what passes by waiting: quotas, throttling, a resource in use, a broken connection. */
export function passesByWaiting(error: unknown): boolean {
  if (PATIENCE.has(errorName(error))) return true;
  const metadata = error instanceof Error && '$metadata' in error ? error.$metadata : null;
  const status =
    typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata
      ? metadata.httpStatusCode
      : null;
  return typeof status === 'number' && status >= 500;
}

const REMEDIES: Readonly<Record<string, string>> = {
  AccessDeniedException:
    'give the AWS credentials of the batch the personalize:* actions, and iam:PassRole on PERSONALIZE_ROLE_ARN',
  CredentialsProviderError:
    'set AWS credentials: a role of the container, AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
  UnrecognizedClientException:
    'the AWS credentials are not valid for this account or region: renew them, check AWS_REGION',
  ExpiredTokenException: 'the AWS credentials have expired: renew them',
  LimitExceededException:
    'a quota of the account is used up: remove what is no longer needed, or ask for a higher quota',
};
const REACH =
  'check AWS_ENDPOINT_URL_PERSONALIZE and that the engine runs there, or the way to AWS; then batch run goes on';

/** What went wrong and the way out. A resource that vanished, or a request refused, ends the run: it cannot go on. */
export function explainPersonalizeError(error: unknown, doing: string): BatchError {
  if (error instanceof BatchError) return error;
  const name = errorName(error);
  const message = error instanceof Error ? error.message : String(error);
  const vanished = name === 'ResourceNotFoundException';
  const refused = name === 'InvalidInputException' || name === 'ValidationException';
  const unreachable = passesByWaiting(error) && !name.endsWith('Exception');
  return new BatchError({
    code: unreachable ? 'personalize_unreachable' : 'personalize_error',
    message: `Personalize failed while ${doing}: ${message || name}`,
    remedy:
      REMEDIES[name] ??
      (vanished
        ? 'somebody deleted it, or the state was lost: batch run starts a new run'
        : unreachable
          ? REACH
          : 'see the message; then batch run'),
    final: vanished || refused,
    cause: error,
  });
}

import { BatchError, EXIT } from '../errors.ts';

const CODE = 'cloud_at_work';

/** Not a failure: with --no-wait a run ends here, and the next one goes on. */
export function stillAtWork(what: string): BatchError {
  return new BatchError({
    code: CODE,
    message: `Personalize is still at work: ${what}`,
    remedy:
      'run the same command again later: it goes on where this one ended (batch show tells of each job)',
    exitCode: EXIT.waiting,
  });
}

export function isStillAtWork(error: unknown): error is BatchError {
  return error instanceof BatchError && error.code === CODE;
}

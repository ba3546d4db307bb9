import { isStillAtWork, stillAtWork } from './stillAtWork.ts';

/**
 * Waits for all, also when one fails: jobs in the cloud go on anyway, and their outcome is to be recorded.
 * Then throws the first failure, if any; those that are merely still at work come last, told together.
 */
export async function settleAll<T>(work: readonly Promise<T>[]): Promise<T[]> {
  const outcomes = await Promise.allSettled(work);
  const reasons = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
  const failed = reasons.find((reason) => !isStillAtWork(reason));
  if (failed !== undefined) throw failed;
  const atWork = reasons.filter(isStillAtWork);
  if (atWork.length > 0)
    throw stillAtWork(atWork.map(({ message }) => message.replace(/^.*?: /, '')).join(', '));
  return Promise.all(work);
}

/**
 * Waits for all, also when one fails: jobs in the cloud go on anyway, and their outcome is to be recorded.
 * Then throws the first failure, if any.
 */
export async function settleAll<T>(work: readonly Promise<T>[]): Promise<T[]> {
  const outcomes = await Promise.allSettled(work);
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return Promise.all(work);
}

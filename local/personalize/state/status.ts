/** True while a resource is on its way to another state (not ACTIVE, FAILED, STOPPED or INACTIVE). */
export function isTransitional(status: string): boolean {
  return /(PENDING|IN_PROGRESS|STOPPING)$/.test(status);
}

/** True for what a quota of jobs counts. */
export function isPendingOrInProgress(status: string): boolean {
  return status === 'CREATE PENDING' || status === 'CREATE IN_PROGRESS';
}

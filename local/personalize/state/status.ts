/** True while a resource is on its way to another state (not ACTIVE, FAILED, STOPPED or INACTIVE). */
export function isTransitional(status: string): boolean {
  return /(PENDING|IN_PROGRESS|STOPPING)$/.test(status);
}

/** True for what a quota of jobs counts. */
export function isPendingOrInProgress(status: string): boolean {
  return /^(CREATE )?(PENDING|IN_PROGRESS)$/.test(status);
}

/** The names of the states on the way, and at its ends. */
export interface StatusWords {
  readonly pending: string;
  readonly inProgress: string;
  readonly done: string;
  readonly failed: string;
}

const CREATION: StatusWords = {
  pending: 'CREATE PENDING',
  inProgress: 'CREATE IN_PROGRESS',
  done: 'ACTIVE',
  failed: 'CREATE FAILED',
};
/** Data deletion jobs have words of their own (source: API reference, DataDeletionJob). */
const DELETION: StatusWords = {
  pending: 'PENDING',
  inProgress: 'IN_PROGRESS',
  done: 'COMPLETED',
  failed: 'FAILED',
};

export const wordsOf = (kind: string): StatusWords => (kind === 'deletionJob' ? DELETION : CREATION);

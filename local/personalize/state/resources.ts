import { regionOf } from '../arns.ts';
import { MAX_PENDING_JOBS } from '../limits.ts';
import type { Tag } from '../protocol/constraints.ts';
import { alreadyExists, inUse, invalidInput, limitExceeded, notFound } from '../protocol/errors.ts';
import type { Call } from '../protocol/operation.ts';
import { mergedTags } from '../tags/mergedTags.ts';
import type { Kind, ResourceOf } from './records.ts';
import { isPendingOrInProgress, isTransitional } from './status.ts';

/** The resource an ARN names, or the NotFound AWS answers. */
export function existing<K extends Kind>({ service }: Call, kind: K, arn: string): ResourceOf<K> {
  const found = service.state.find(kind, arn);
  if (found === null) throw notFound(arn);
  return found;
}

const notActive = ({ arn, status }: { readonly arn: string; readonly status: string }) =>
  `Resource ${arn} is in ${status} status. It must be ACTIVE.`;

/** As `existing`, and ACTIVE: what is built upon must be ready. One still on its way is ResourceInUse. */
export function active<K extends Kind>(call: Call, kind: K, arn: string): ResourceOf<K> {
  const found = existing(call, kind, arn);
  if (found.status === 'ACTIVE') return found;
  throw isTransitional(found.status) ? inUse(notActive(found)) : invalidInput(notActive(found));
}

/** As `active`, for operations that do not know ResourceInUse. */
export function ready<K extends Kind>(call: Call, kind: K, arn: string): ResourceOf<K> {
  const found = existing(call, kind, arn);
  if (found.status !== 'ACTIVE') throw invalidInput(notActive(found));
  return found;
}

/** As `existing`, and at rest: what is on its way to another state cannot be deleted. */
export function removable<K extends Kind>(call: Call, kind: K, arn: string): ResourceOf<K> {
  const found = existing(call, kind, arn);
  if (isTransitional(found.status))
    throw inUse(`Resource ${arn} is in ${found.status} status and cannot be deleted.`);
  return found;
}

/** Resources of a kind in the region asked, oldest first. */
export function inRegion<K extends Kind>({ service, region }: Call, kind: K): ResourceOf<K>[] {
  return service.state.list(kind).filter(({ arn }) => regionOf(arn) === region);
}

/** The members every new resource begins with; refuses an ARN that is taken. */
export function begin(call: Call, arn: string, request: { readonly tags?: readonly Tag[] | undefined }) {
  const { state, clock } = call.service;
  if (state.get(arn) !== null) throw alreadyExists(arn);
  const now = clock.now();
  return {
    arn,
    sequence: state.nextSequence(),
    status: 'CREATE PENDING',
    failureReason: null,
    createdAt: now,
    updatedAt: now,
    interruptions: 0,
    tags: mergedTags([], request.tags ?? []),
    request: { ...request, tags: undefined },
  };
}

/** The account's quota of jobs of one kind that are not yet finished. */
export function checkJobQuota(call: Call, kind: Kind): void {
  if (!call.service.profile.quotas) return;
  const busy = inRegion(call, kind).filter(({ status }) => isPendingOrInProgress(status));
  if (busy.length >= MAX_PENDING_JOBS) {
    throw limitExceeded(`More than ${MAX_PENDING_JOBS} resources with PENDING or IN_PROGRESS status.`);
  }
}

/** A quota of how many may exist. */
export function checkCount(call: Call, count: number, limit: number, what: string): void {
  if (call.service.profile.quotas && count >= limit) {
    throw limitExceeded(`The account already has the maximum of ${limit} ${what}.`);
  }
}

import type { Resource } from '../state/records.ts';

/** Timestamps are epoch seconds as floats on this wire. */
const seconds = (ms: number) => ms / 1000;

/** The members that every resource's answer shows. */
export function times({ createdAt, updatedAt }: Resource) {
  return { creationDateTime: seconds(createdAt), lastUpdatedDateTime: seconds(updatedAt) };
}

export function stateOf(resource: Resource) {
  const { status, failureReason } = resource;
  return { status, ...(failureReason === null ? {} : { failureReason }), ...times(resource) };
}

/** What every `latest…Update` says of when and how: an update takes effect at once, so it is ACTIVE. */
export function updateTimes(update: number) {
  return { status: 'ACTIVE', creationDateTime: seconds(update), lastUpdatedDateTime: seconds(update) };
}

/** Drops nulls: an absent member is not sent. */
export function present<T extends object>(members: T): Partial<T> {
  const kept = Object.entries(members).filter(([, value]) => value !== null && value !== undefined);
  return Object.assign({}, ...kept.map(([key, value]) => ({ [key]: value })));
}

import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { arnOf } from '../arns.ts';
import { times } from '../protocol/answers.ts';
import { Arn, Name, Page, Tags } from '../protocol/constraints.ts';
import { alreadyExists } from '../protocol/errors.ts';
import { operation } from '../protocol/operation.ts';
import { page } from '../protocol/paging.ts';
import type { ResourceOf } from '../state/records.ts';
import { active, begin, existing, inRegion, removable } from '../state/resources.ts';

/** A group has one tracker; its tracking id is what a shop's pages send events with. */
const create = operation(
  'CreateEventTracker',
  z.object({ name: Name, datasetGroupArn: Arn, tags: Tags.optional() }),
  async (call, input) => {
    const group = active(call, 'datasetGroup', input.datasetGroupArn);
    const arn = arnOf(call, `event-tracker/${randomUUID().slice(0, 8)}`);
    const taken = inRegion(call, 'eventTracker').find(
      ({ name, groupArn }) => name === input.name || groupArn === group.arn,
    );
    if (taken !== undefined) throw alreadyExists(taken.arn);
    const base = begin(call, arn, input);
    const trackingId = randomUUID();
    const { name } = input;
    await call.service.lifecycle.create({
      ...base,
      kind: 'eventTracker',
      name,
      groupArn: group.arn,
      trackingId,
    });
    return { eventTrackerArn: arn, trackingId };
  },
);

const summary = (tracker: ResourceOf<'eventTracker'>) => ({
  name: tracker.name,
  eventTrackerArn: tracker.arn,
  status: tracker.status,
  ...times(tracker),
});

const describe = operation('DescribeEventTracker', z.object({ eventTrackerArn: Arn }), (call, input) => {
  const tracker = existing(call, 'eventTracker', input.eventTrackerArn);
  const { trackingId, groupArn: datasetGroupArn } = tracker;
  return {
    eventTracker: { ...summary(tracker), accountId: call.service.account, trackingId, datasetGroupArn },
  };
});

const list = operation(
  'ListEventTrackers',
  Page.extend({ datasetGroupArn: Arn.optional() }),
  (call, input) => {
    const trackers = inRegion(call, 'eventTracker').filter(
      ({ groupArn }) => input.datasetGroupArn === undefined || groupArn === input.datasetGroupArn,
    );
    const { rows, ...next } = page(trackers, input);
    return { eventTrackers: rows.map(summary), ...next };
  },
);

const remove = operation('DeleteEventTracker', z.object({ eventTrackerArn: Arn }), async (call, input) => {
  await call.service.lifecycle.remove(removable(call, 'eventTracker', input.eventTrackerArn).arn);
});

export const eventTrackerOperations = [create, describe, list, remove];

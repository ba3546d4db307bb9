import { join } from 'node:path';
import { z } from 'zod';
import { appendToStream, type StreamedRow } from '../data/stream.ts';
import { streamOf } from '../datasets/sources.ts';
import { Arn } from '../protocol/constraints.ts';
import { invalidInput } from '../protocol/errors.ts';
import type { Call } from '../protocol/operation.ts';
import { restOperation } from '../protocol/rest.ts';
import { readAvroSchema } from '../schemas/avro.ts';
import type { ResourceOf } from '../state/records.ts';
import { active } from '../state/resources.ts';
import { rowOf } from './properties.ts';

const Text = z.string().min(1).max(256);
const Properties = (max: number) => z.string().min(1).max(max).optional();
const Event = z.object({
  eventId: Text.optional(),
  eventType: Text,
  eventValue: z.number().optional(),
  itemId: Text.optional(),
  properties: Properties(1024),
  /** Epoch seconds. */
  sentAt: z.number(),
  recommendationId: z.string().min(1).max(40).optional(),
  impression: z.array(Text).min(1).max(25).optional(),
  metricAttribution: z
    .object({
      eventAttributionSource: z
        .string()
        .max(1024)
        .regex(/^[\x20-\x7E]*[\x21-\x7E]+[\x20-\x7E]*$/),
    })
    .optional(),
});

/** Writes records to a dataset's stream; they count from the next training on. */
async function stream(
  call: Call,
  dataset: ResourceOf<'dataset'>,
  rows: readonly StreamedRow[],
): Promise<undefined> {
  const schema = call.service.state.find('schema', dataset.schemaArn);
  const { fields } = readAvroSchema(schema?.schema ?? '');
  for (const row of rows) {
    const missing = fields.find(({ name, nullable }) => !nullable && row[name] === undefined);
    if (missing !== undefined)
      throw invalidInput(`A value for ${missing.name} is required by the dataset's schema.`);
    const unknown = Object.keys(row).find((name) => !fields.some((field) => field.name === name));
    if (unknown !== undefined) throw invalidInput(`${unknown} is not in the dataset's schema.`);
  }
  await appendToStream(join(call.service.dataDir, streamOf(dataset)), rows);
}

function trackedDataset(call: Call, trackingId: string): ResourceOf<'dataset'> {
  const { state } = call.service;
  const tracker = state
    .list('eventTracker')
    .find((one) => one.trackingId === trackingId && one.status === 'ACTIVE');
  const dataset = state
    .list('dataset')
    .find(({ groupArn, type }) => groupArn === tracker?.groupArn && type === 'INTERACTIONS');
  if (dataset === undefined) throw invalidInput('Invalid tracking id.');
  return dataset;
}

/** An event as a row of the Interactions dataset, of the fields its schema has. */
function rowOfEvent(event: z.infer<typeof Event>, userId: string, names: ReadonlySet<string>): StreamedRow {
  const { itemId, eventType, eventValue, sentAt, impression, properties } = event;
  const row: StreamedRow = { ...rowOf(properties), USER_ID: userId, TIMESTAMP: String(Math.floor(sentAt)) };
  const optional: Record<string, string | undefined> = {
    ITEM_ID: itemId,
    EVENT_TYPE: eventType,
    EVENT_VALUE: eventValue === undefined ? undefined : String(eventValue),
    IMPRESSION: impression?.join('|'),
  };
  for (const [name, value] of Object.entries(optional))
    if (value !== undefined && names.has(name)) row[name] = value;
  return row;
}

const putEvents = restOperation(
  { service: 'personalize-events', name: 'PutEvents', path: '/events' },
  z.object({
    trackingId: Text,
    userId: Text.optional(),
    sessionId: Text,
    eventList: z.array(Event).min(1).max(10),
  }),
  async (call, input) => {
    const dataset = trackedDataset(call, input.trackingId);
    // Events of a visitor who is not yet known are taken, and belong to nobody here.
    const { userId } = input;
    if (userId === undefined) return undefined;
    const schema = call.service.state.find('schema', dataset.schemaArn);
    const names = new Set(readAvroSchema(schema?.schema ?? '').fields.map(({ name }) => name));
    return stream(
      call,
      dataset,
      input.eventList.map((event) => rowOfEvent(event, userId, names)),
    );
  },
);

function datasetOf(call: Call, arn: string, type: string): ResourceOf<'dataset'> {
  const dataset = active(call, 'dataset', arn);
  if (dataset.type !== type) throw invalidInput(`${arn} is not a dataset of type ${type}.`);
  return dataset;
}

const putUsers = restOperation(
  { service: 'personalize-events', name: 'PutUsers', path: '/users' },
  z.object({
    datasetArn: Arn,
    users: z
      .array(z.object({ userId: Text, properties: Properties(24_000) }))
      .min(1)
      .max(10),
  }),
  async (call, { datasetArn, users }) => {
    const rows = users.map(({ userId, properties }) => ({ ...rowOf(properties), USER_ID: userId }));
    return stream(call, datasetOf(call, datasetArn, 'USERS'), rows);
  },
);

const putItems = restOperation(
  { service: 'personalize-events', name: 'PutItems', path: '/items' },
  z.object({
    datasetArn: Arn,
    items: z
      .array(z.object({ itemId: Text, properties: Properties(32_000) }))
      .min(1)
      .max(10),
  }),
  async (call, { datasetArn, items }) => {
    const rows = items.map(({ itemId, properties }) => ({ ...rowOf(properties), ITEM_ID: itemId }));
    return stream(call, datasetOf(call, datasetArn, 'ITEMS'), rows);
  },
);

export const eventOperations = [putEvents, putUsers, putItems];

import { z } from 'zod';
import { arnOf } from '../arns.ts';
import { present, stateOf } from '../protocol/answers.ts';
import { Arn, Name, Page, RoleArn, S3DataConfig } from '../protocol/constraints.ts';
import { alreadyExists, invalidInput } from '../protocol/errors.ts';
import { operation } from '../protocol/operation.ts';
import { page } from '../protocol/paging.ts';
import type { ResourceOf } from '../state/records.ts';
import { active, begin, existing, inRegion, removable } from '../state/resources.ts';

const MAX_METRICS = 10;
const Text = z.string().max(256);
const Metric = z.object({ eventType: Text, metricName: Text, expression: Text });
const Metrics = z.array(Metric).max(MAX_METRICS);
const Output = z.object({ s3DataDestination: S3DataConfig.optional(), roleArn: RoleArn });

/** `SUM(DatasetType.COLUMN)` or `SAMPLECOUNT()` (source: developer guide, "Creating a metric attribution"). */
const EXPRESSION = /^(SUM\((Items|Interactions)\.[A-Za-z_]\w*\)|SAMPLECOUNT\(\))$/i;

function checkMetrics(metrics: readonly z.infer<typeof Metric>[]): void {
  if (metrics.length > MAX_METRICS)
    throw invalidInput(`A metric attribution has no more than ${MAX_METRICS} metrics.`);
  const bad = metrics.find(({ expression }) => !EXPRESSION.test(expression));
  if (bad !== undefined) throw invalidInput(`Metric expression '${bad.expression}' is not valid.`);
  const names = new Set(metrics.map(({ metricName }) => metricName));
  if (names.size < metrics.length) throw invalidInput('Metric names must be unique.');
}

/** The stand-in keeps attributions as asked; it writes no reports. */
const create = operation(
  'CreateMetricAttribution',
  z.object({ name: Name, datasetGroupArn: Arn, metrics: Metrics, metricsOutputConfig: Output }),
  async (call, input) => {
    const arn = arnOf(call, `metric-attribution/${input.name}`);
    const base = begin(call, arn, {});
    const group = active(call, 'datasetGroup', input.datasetGroupArn);
    const sibling = inRegion(call, 'metricAttribution').find(({ groupArn }) => groupArn === group.arn);
    if (sibling !== undefined) throw alreadyExists(sibling.arn);
    const { name, metrics, metricsOutputConfig } = input;
    checkMetrics(metrics);
    await call.service.lifecycle.create({
      ...base,
      request: { metricsOutputConfig },
      kind: 'metricAttribution',
      name,
      groupArn: group.arn,
      metrics,
    });
    return { metricAttributionArn: arn };
  },
);

const summary = (attribution: ResourceOf<'metricAttribution'>) => ({
  name: attribution.name,
  metricAttributionArn: attribution.arn,
  ...stateOf(attribution),
});

const describe = operation(
  'DescribeMetricAttribution',
  z.object({ metricAttributionArn: Arn }),
  (call, input) => {
    const attribution = existing(call, 'metricAttribution', input.metricAttributionArn);
    const { metricsOutputConfig } = attribution.request;
    const { groupArn: datasetGroupArn } = attribution;
    return { metricAttribution: present({ ...summary(attribution), datasetGroupArn, metricsOutputConfig }) };
  },
);

const list = operation(
  'ListMetricAttributions',
  Page.extend({ datasetGroupArn: Arn.optional() }),
  (call, input) => {
    const attributions = inRegion(call, 'metricAttribution').filter(
      ({ groupArn }) => input.datasetGroupArn === undefined || groupArn === input.datasetGroupArn,
    );
    const { rows, ...next } = page(attributions, input);
    return { metricAttributions: rows.map(summary), ...next };
  },
);

const listMetrics = operation(
  'ListMetricAttributionMetrics',
  Page.extend({ metricAttributionArn: Arn.optional() }),
  (call, input) => {
    if (input.metricAttributionArn === undefined) throw invalidInput('metricAttributionArn is required.');
    // This operation does not know ResourceNotFound.
    const found = call.service.state.find('metricAttribution', input.metricAttributionArn);
    if (found === null) throw invalidInput(`Resource Arn ${input.metricAttributionArn} does not exist.`);
    const { metrics } = found;
    const { rows, ...next } = page(
      metrics.map((metric, sequence) => ({ metric, sequence })),
      input,
    );
    return { metrics: rows.map(({ metric }) => metric), ...next };
  },
);

const update = operation(
  'UpdateMetricAttribution',
  z.object({
    metricAttributionArn: Arn,
    addMetrics: Metrics.optional(),
    removeMetrics: z.array(Text).max(MAX_METRICS).optional(),
    metricsOutputConfig: Output.optional(),
  }),
  async (call, input) => {
    const { addMetrics = [], removeMetrics = [], metricsOutputConfig, metricAttributionArn } = input;
    const attribution = active(call, 'metricAttribution', metricAttributionArn);
    const kept = attribution.metrics.filter(({ metricName }) => !removeMetrics.includes(metricName));
    const metrics = [...kept, ...addMetrics];
    checkMetrics(metrics);
    const request = { ...attribution.request, ...present({ metricsOutputConfig }) };
    await call.service.state.putOrUndo({
      ...attribution,
      metrics,
      request,
      updatedAt: call.service.clock.now(),
    });
    return { metricAttributionArn };
  },
);

const remove = operation(
  'DeleteMetricAttribution',
  z.object({ metricAttributionArn: Arn }),
  async (call, input) => {
    await call.service.lifecycle.remove(removable(call, 'metricAttribution', input.metricAttributionArn).arn);
  },
);

export const metricAttributionOperations = [create, describe, list, listMetrics, update, remove];

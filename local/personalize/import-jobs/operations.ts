import { z } from 'zod';
import { arnOf } from '../arns.ts';
import { present, stateOf } from '../protocol/answers.ts';
import { Arn, Name, Page, RoleArn, S3Location, Tags } from '../protocol/constraints.ts';
import { invalidInput } from '../protocol/errors.ts';
import { operation } from '../protocol/operation.ts';
import { page } from '../protocol/paging.ts';
import type { ResourceOf } from '../state/records.ts';
import { active, begin, checkJobQuota, existing, inRegion } from '../state/resources.ts';
import { parseLocation } from '../storage/location.ts';

const create = operation(
  'CreateDatasetImportJob',
  z.object({
    jobName: Name,
    datasetArn: Arn,
    dataSource: z.object({ dataLocation: S3Location.optional() }),
    roleArn: RoleArn.optional(),
    tags: Tags.optional(),
    importMode: z.enum(['FULL', 'INCREMENTAL']).optional(),
    publishAttributionMetricsToS3: z.boolean().optional(),
  }),
  async (call, input) => {
    const arn = arnOf(call, `dataset-import-job/${input.jobName}`);
    const dataset = active(call, 'dataset', input.datasetArn);
    const base = begin(call, arn, input);
    const location = input.dataSource.dataLocation ?? '';
    if (parseLocation(location) === null) throw invalidInput('Invalid S3 input path');
    if (input.roleArn === undefined) throw invalidInput('roleArn is required to read from Amazon S3.');
    checkJobQuota(call, 'importJob');
    const mode = input.importMode ?? 'FULL';
    const { jobName: name } = input;
    await call.service.lifecycle.create({
      ...base,
      kind: 'importJob',
      name,
      datasetArn: dataset.arn,
      location,
      mode,
    });
    return { datasetImportJobArn: arn };
  },
);

const summary = (job: ResourceOf<'importJob'>) => ({
  datasetImportJobArn: job.arn,
  jobName: job.name,
  ...stateOf(job),
  importMode: job.mode,
});

const describe = operation(
  'DescribeDatasetImportJob',
  z.object({ datasetImportJobArn: Arn }),
  (call, input) => {
    const job = existing(call, 'importJob', input.datasetImportJobArn);
    const { dataSource, publishAttributionMetricsToS3 } = job.request;
    const { datasetArn } = job;
    // No roleArn: the model gives that member the pattern of Personalize's own ARNs, which no role matches.
    return {
      datasetImportJob: present({ ...summary(job), datasetArn, dataSource, publishAttributionMetricsToS3 }),
    };
  },
);

const list = operation(
  'ListDatasetImportJobs',
  Page.extend({ datasetArn: Arn.optional() }),
  (call, input) => {
    const jobs = inRegion(call, 'importJob').filter(
      ({ datasetArn }) => input.datasetArn === undefined || datasetArn === input.datasetArn,
    );
    const { rows, ...next } = page(jobs, input);
    return { datasetImportJobs: rows.map(summary), ...next };
  },
);

export const importJobOperations = [create, describe, list];

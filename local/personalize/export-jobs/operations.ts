import { z } from 'zod';
import { arnOf } from '../arns.ts';
import { present, stateOf } from '../protocol/answers.ts';
import { Arn, Name, Page, RoleArn, S3DataConfig, Tags } from '../protocol/constraints.ts';
import { invalidInput } from '../protocol/errors.ts';
import { operation } from '../protocol/operation.ts';
import { page } from '../protocol/paging.ts';
import type { ResourceOf } from '../state/records.ts';
import { active, begin, checkJobQuota, existing, inRegion } from '../state/resources.ts';
import { parseLocation } from '../storage/location.ts';

const create = operation(
  'CreateDatasetExportJob',
  z.object({
    jobName: Name,
    datasetArn: Arn,
    ingestionMode: z.enum(['BULK', 'PUT', 'ALL']).optional(),
    roleArn: RoleArn,
    jobOutput: z.object({ s3DataDestination: S3DataConfig }),
    tags: Tags.optional(),
  }),
  async (call, input) => {
    const arn = arnOf(call, `dataset-export-job/${input.jobName}`);
    const dataset = active(call, 'dataset', input.datasetArn);
    const base = begin(call, arn, input);
    const outputPath = input.jobOutput.s3DataDestination.path;
    if (parseLocation(outputPath) === null) throw invalidInput('Invalid S3 output path');
    checkJobQuota(call, 'exportJob');
    await call.service.lifecycle.create({
      ...base,
      kind: 'exportJob',
      name: input.jobName,
      datasetArn: dataset.arn,
      mode: input.ingestionMode ?? 'PUT',
      outputPath,
    });
    return { datasetExportJobArn: arn };
  },
);

const summary = (job: ResourceOf<'exportJob'>) => ({
  datasetExportJobArn: job.arn,
  jobName: job.name,
  ...stateOf(job),
});

const describe = operation(
  'DescribeDatasetExportJob',
  z.object({ datasetExportJobArn: Arn }),
  (call, input) => {
    const job = existing(call, 'exportJob', input.datasetExportJobArn);
    const { datasetArn, mode: ingestionMode, request } = job;
    const { jobOutput } = request;
    // No roleArn: the model gives that member the pattern of Personalize's own ARNs, which no role matches.
    return { datasetExportJob: present({ ...summary(job), datasetArn, ingestionMode, jobOutput }) };
  },
);

const list = operation(
  'ListDatasetExportJobs',
  Page.extend({ datasetArn: Arn.optional() }),
  (call, input) => {
    const jobs = inRegion(call, 'exportJob').filter(
      ({ datasetArn }) => input.datasetArn === undefined || datasetArn === input.datasetArn,
    );
    const { rows, ...next } = page(jobs, input);
    return { datasetExportJobs: rows.map(summary), ...next };
  },
);

export const exportJobOperations = [create, describe, list];

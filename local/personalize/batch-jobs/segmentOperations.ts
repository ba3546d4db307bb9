import { z } from 'zod';
import { arnOf } from '../arns.ts';
import { MAX_SEGMENT_USERS } from '../limits.ts';
import { present, stateOf } from '../protocol/answers.ts';
import { Arn, Page } from '../protocol/constraints.ts';
import { invalidInput } from '../protocol/errors.ts';
import { operation } from '../protocol/operation.ts';
import { page } from '../protocol/paging.ts';
import type { ResourceOf } from '../state/records.ts';
import { begin, checkJobQuota, existing, inRegion } from '../state/resources.ts';
import { BatchJobRequest, readBatchJob } from './request.ts';

const create = operation('CreateBatchSegmentJob', BatchJobRequest, async (call, input) => {
  const arn = arnOf(call, `batch-segment-job/${input.jobName}`);
  const base = begin(call, arn, input);
  const { recipe, record } = readBatchJob(call, input, MAX_SEGMENT_USERS);
  if (!recipe.batchSegments)
    throw invalidInput(`Batch segment jobs are not supported for recipe ${recipe.arn}.`);
  checkJobQuota(call, 'batchSegmentJob');
  await call.service.lifecycle.create({ ...base, kind: 'batchSegmentJob', ...record });
  return { batchSegmentJobArn: arn };
});

const summary = (job: ResourceOf<'batchSegmentJob'>) => ({
  batchSegmentJobArn: job.arn,
  jobName: job.name,
  ...stateOf(job),
  solutionVersionArn: job.versionArn,
});

const describe = operation(
  'DescribeBatchSegmentJob',
  z.object({ batchSegmentJobArn: Arn }),
  (call, input) => {
    const job = existing(call, 'batchSegmentJob', input.batchSegmentJobArn);
    const { filterArn, numResults, request } = job;
    const { jobInput, jobOutput, roleArn } = request;
    return {
      batchSegmentJob: present({ ...summary(job), filterArn, numResults, jobInput, jobOutput, roleArn }),
    };
  },
);

const list = operation(
  'ListBatchSegmentJobs',
  Page.extend({ solutionVersionArn: Arn.optional() }),
  (call, input) => {
    const jobs = inRegion(call, 'batchSegmentJob').filter(
      ({ versionArn }) => input.solutionVersionArn === undefined || versionArn === input.solutionVersionArn,
    );
    const { rows, ...next } = page(jobs, input);
    return { batchSegmentJobs: rows.map(summary), ...next };
  },
);

export const batchSegmentOperations = [create, describe, list];

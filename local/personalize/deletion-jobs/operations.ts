import { z } from 'zod';
import { arnOf } from '../arns.ts';
import { present, stateOf } from '../protocol/answers.ts';
import { Arn, Name, Page, RoleArn, S3Location, Tags } from '../protocol/constraints.ts';
import { invalidInput } from '../protocol/errors.ts';
import { operation } from '../protocol/operation.ts';
import { page } from '../protocol/paging.ts';
import type { ResourceOf } from '../state/records.ts';
import { active, begin, checkJobQuota, existing, inRegion } from '../state/resources.ts';
import { wordsOf } from '../state/status.ts';
import { parseLocation } from '../storage/location.ts';

const create = operation(
  'CreateDataDeletionJob',
  z.object({
    jobName: Name,
    datasetGroupArn: Arn,
    dataSource: z.object({ dataLocation: S3Location.optional() }),
    roleArn: RoleArn,
    tags: Tags.optional(),
  }),
  async (call, input) => {
    const arn = arnOf(call, `data-deletion-job/${input.jobName}`);
    const group = active(call, 'datasetGroup', input.datasetGroupArn);
    const base = begin(call, arn, input);
    const location = input.dataSource.dataLocation ?? '';
    if (parseLocation(location) === null) throw invalidInput('Invalid S3 input path');
    checkJobQuota(call, 'deletionJob');
    await call.service.lifecycle.create({
      ...base,
      status: wordsOf('deletionJob').pending,
      kind: 'deletionJob',
      name: input.jobName,
      groupArn: group.arn,
      location,
      deleted: 0,
    });
    return { dataDeletionJobArn: arn };
  },
);

const summary = (job: ResourceOf<'deletionJob'>) => ({
  dataDeletionJobArn: job.arn,
  datasetGroupArn: job.groupArn,
  jobName: job.name,
  ...stateOf(job),
});

const describe = operation(
  'DescribeDataDeletionJob',
  z.object({ dataDeletionJobArn: Arn }),
  (call, input) => {
    const job = existing(call, 'deletionJob', input.dataDeletionJobArn);
    const { dataSource, roleArn } = job.request;
    return { dataDeletionJob: present({ ...summary(job), dataSource, roleArn, numDeleted: job.deleted }) };
  },
);

const list = operation(
  'ListDataDeletionJobs',
  Page.extend({ datasetGroupArn: Arn.optional() }),
  (call, input) => {
    const jobs = inRegion(call, 'deletionJob').filter(
      ({ groupArn }) => input.datasetGroupArn === undefined || groupArn === input.datasetGroupArn,
    );
    const { rows, ...next } = page(jobs, input);
    return { dataDeletionJobs: rows.map(summary), ...next };
  },
);

export const deletionJobOperations = [create, describe, list];

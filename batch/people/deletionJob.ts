import { Readable } from 'node:stream';
import {
  CreateDataDeletionJobCommand,
  DescribeDataDeletionJobCommand,
  ListDataDeletionJobsCommand,
} from '@aws-sdk/client-personalize';
import type { Config } from '../config.ts';
import { findDatasetGroup } from '../personalize/datasets.ts';
import { callPatiently, growingWaits } from '../personalize/patience.ts';
import type { ResourceContext } from '../personalize/resourceContext.ts';
import { required } from '../personalize/summaries.ts';
import type { StepContext } from '../steps/step.ts';
import { deletePrefix, writeObject } from '../storage/objectStore.ts';

export type DeletionContext = ResourceContext &
  Pick<StepContext, 's3'> & {
    readonly config: Pick<Config, 'environment' | 's3' | 'personalize'>;
  };

/** `absent`: this environment has no dataset group, so Personalize knows nobody. */
export type DeletionOutcome = 'absent' | 'completed' | 'under way';

/** Looks at the job so often before it is left to itself: on AWS it may take days. */
const LOOKS = 40;

/**
 * Has Personalize delete a customer's records: a data deletion job, found again by its name. It is waited for a
 * little; what is still under way is looked at again by the next call.
 * Throws when the job failed.
 */
export async function deleteFromPersonalize(
  context: DeletionContext,
  { erasureId, customerNumbers }: { readonly erasureId: number; readonly customerNumbers: readonly number[] },
): Promise<DeletionOutcome> {
  const { s3, config } = context;
  const group = await callPatiently(context, 'looking for the dataset group', () =>
    findDatasetGroup(context),
  );
  if (group === null) return 'absent';
  const folder = `${config.s3.prefix}/${config.environment}/erasures/${erasureId}/`;
  const name = `${config.environment}-erasure-${erasureId}`;
  let arn = await findJob(context, group, name);
  if (arn === null) {
    const body = Readable.from([`USER_ID\n${customerNumbers.join('\n')}\n`]);
    await writeObject(s3, { key: `${folder}users.csv`, body, contentType: 'text/csv; charset=utf-8' });
    arn = await createJob(context, { group, name, location: `s3://${s3.bucket}/${folder}` });
  }
  if (!(await isCompleted(context, arn))) return 'under way';
  await deletePrefix(s3, folder);
  return 'completed';
}

async function findJob(context: DeletionContext, group: string, name: string): Promise<string | null> {
  const { personalize } = context;
  return callPatiently(context, 'looking for the data deletion job', async () => {
    let nextToken: string | undefined;
    do {
      const command = new ListDataDeletionJobsCommand({ datasetGroupArn: group, maxResults: 100, nextToken });
      const page = await personalize.send(command);
      const found = page.dataDeletionJobs?.find(({ jobName }) => jobName === name);
      if (found !== undefined) return required(found.dataDeletionJobArn, name);
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    return null;
  });
}

function createJob(
  context: DeletionContext,
  { group, name, location }: { readonly group: string; readonly name: string; readonly location: string },
): Promise<string> {
  const { personalize, config } = context;
  return callPatiently(context, 'creating the data deletion job', async () => {
    const made = await findJob(context, group, name);
    if (made !== null) return made;
    const command = new CreateDataDeletionJobCommand({
      jobName: name,
      datasetGroupArn: group,
      dataSource: { dataLocation: location },
      roleArn: config.personalize.roleArn,
    });
    return required((await personalize.send(command)).dataDeletionJobArn, name);
  });
}

async function isCompleted(context: DeletionContext, arn: string): Promise<boolean> {
  let looks = 0;
  for (const wait of growingWaits(context.config.personalize, context.random)) {
    const { dataDeletionJob: job } = await callPatiently(context, 'describing the data deletion job', () =>
      context.personalize.send(new DescribeDataDeletionJobCommand({ dataDeletionJobArn: arn })),
    );
    if (job?.status === 'COMPLETED') return true;
    if (job?.status === 'FAILED')
      throw new Error(`Personalize could not delete the records: ${job.failureReason ?? 'no reason given'}`);
    if (++looks === LOOKS || context.config.personalize.engine === 'aws') return false;
    context.progress.update({
      done: 0,
      note: `data deletion job: ${job?.status?.toLowerCase() ?? 'pending'}`,
    });
    await context.sleep(wait);
  }
  return false;
}

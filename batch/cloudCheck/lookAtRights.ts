import { GetRoleCommand, type IAMClient, SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import { isDenied } from '../setup/part.ts';
import { type BucketPlace, PERSONALIZE_SERVICE, partitionOf, trustsPersonalize } from '../setup/policies.ts';
import { type CloudRow, look, NotKnown } from './look.ts';

interface RightsLook {
  readonly iam: IAMClient;
  readonly place: BucketPlace;
  readonly roleArn: string;
  /** Who we are, as STS says; null when it did not. */
  readonly caller: string | null;
}

/** Every call of Personalize that the batch makes. */
export const PERSONALIZE_ACTIONS = [
  'personalize:CreateDatasetGroup',
  'personalize:DescribeDatasetGroup',
  'personalize:ListDatasetGroups',
  'personalize:CreateSchema',
  'personalize:ListSchemas',
  'personalize:CreateDataset',
  'personalize:DescribeDataset',
  'personalize:ListDatasets',
  'personalize:UpdateDataset',
  'personalize:CreateDatasetImportJob',
  'personalize:DescribeDatasetImportJob',
  'personalize:ListDatasetImportJobs',
  'personalize:CreateSolution',
  'personalize:DescribeSolution',
  'personalize:ListSolutions',
  'personalize:CreateSolutionVersion',
  'personalize:DescribeSolutionVersion',
  'personalize:ListSolutionVersions',
  'personalize:CreateBatchInferenceJob',
  'personalize:DescribeBatchInferenceJob',
  'personalize:ListBatchInferenceJobs',
  'personalize:CreateBatchSegmentJob',
  'personalize:DescribeBatchSegmentJob',
  'personalize:ListBatchSegmentJobs',
  'personalize:CreateDataDeletionJob',
  'personalize:DescribeDataDeletionJob',
  'personalize:ListDataDeletionJobs',
];

/** Everything that IAM decides: asked of IAM, nothing is done. */
export function lookAtRights(input: RightsLook): Promise<CloudRow>[] {
  const { iam, place, roleArn } = input;
  const role = roleArn.slice(roleArn.lastIndexOf('/') + 1);
  const bucket = `arn:${partitionOf(place.region)}:s3:::${place.bucket}`;
  const bySetup = 'batch setup makes the role with its rights, or prints them for whoever may';
  return [
    look('role: Personalize may take it', bySetup, async () => {
      const { Role } = await iam.send(new GetRoleCommand({ RoleName: role })).catch(unknownIfDenied);
      const trust = decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '{"Statement":[]}');
      if (!trustsPersonalize(trust))
        throw new Error(`the trust policy of ${role} does not name ${PERSONALIZE_SERVICE}`);
      return roleArn;
    }),
    look('S3 by Personalize: rights of the role', bySetup, async () => {
      const objects = [`${bucket}/${place.prefix}/x`];
      await simulate(iam, roleArn, { actions: ['s3:GetObject', 's3:PutObject'], resources: objects });
      await simulate(iam, roleArn, { actions: ['s3:ListBucket'], resources: [bucket] });
      return `may get, put and list below ${place.bucket}/${place.prefix}/`;
    }),
    look('iam:PassRole', `allow iam:PassRole on ${roleArn} to the credentials of the batch`, async () => {
      const service = { ContextKeyName: 'iam:PassedToService', ContextKeyType: 'string' as const };
      const context = [{ ...service, ContextKeyValues: [PERSONALIZE_SERVICE] }];
      const caller = await principalOf(input);
      await simulate(iam, caller, { actions: ['iam:PassRole'], resources: [roleArn], context });
      return 'the role may be handed to Personalize';
    }),
    look('Personalize by us', 'allow personalize:* to the credentials of the batch', async () => {
      await simulate(iam, await principalOf(input), { actions: PERSONALIZE_ACTIONS, resources: ['*'] });
      return 'jobs and resources may be made and looked at';
    }),
  ];
}

interface Simulation {
  readonly actions: string[];
  readonly resources: string[];
  readonly context?: { ContextKeyName: string; ContextKeyType: 'string'; ContextKeyValues: string[] }[];
}

/** Throws for what IAM would not allow. Source: IAM API, SimulatePrincipalPolicy. */
async function simulate(iam: IAMClient, principal: string, simulation: Simulation): Promise<void> {
  const answer = await iam
    .send(
      new SimulatePrincipalPolicyCommand({
        PolicySourceArn: principal,
        ActionNames: simulation.actions,
        ResourceArns: simulation.resources,
        ...(simulation.context === undefined ? {} : { ContextEntries: simulation.context }),
      }),
    )
    .catch(unknownIfDenied);
  const denied = (answer.EvaluationResults ?? []).filter(({ EvalDecision }) => EvalDecision !== 'allowed');
  if (denied.length > 0)
    throw new Error(`denied: ${denied.map(({ EvalActionName }) => EvalActionName).join(', ')}`);
}

function unknownIfDenied(error: unknown): never {
  throw isDenied(error)
    ? new NotKnown(`these credentials may not ask IAM (${(error as Error).message})`)
    : error;
}

/** IAM simulates users and roles: a session is asked for as the role it came from, whose path STS leaves out. */
async function principalOf({ caller, iam }: RightsLook): Promise<string> {
  if (caller === null) throw new NotKnown('it is not known who we are');
  if (caller.endsWith(':root'))
    throw new NotKnown('the root user may do everything: use one of its own for the batch');
  const session = /^arn:[\w-]+:sts::\d+:assumed-role\/([^/]+)\//.exec(caller);
  if (session === null) return caller;
  const { Role } = await iam.send(new GetRoleCommand({ RoleName: session[1] })).catch(unknownIfDenied);
  return Role?.Arn ?? caller;
}

import {
  CreateRoleCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  type IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { isDenied, isNamed, type SetupPart } from './part.ts';
import { type BucketPlace, rolePolicy, trustPolicy } from './policies.ts';

/** Roles have at most 64 characters; an environment at most 16. */
export const roleName = (environment: string): string => `${environment}-recommendations-personalize`;
const POLICY_NAME = 'bucket';

interface RoleRequest {
  readonly environment: string;
  readonly account: string;
  readonly place: BucketPlace;
}

/** The role Personalize takes, with the right to the bucket: made, or completed, unless it is there whole. */
export async function makeRole(iam: IAMClient, request: RoleRequest): Promise<SetupPart[]> {
  const { environment, account, place } = request;
  const name = roleName(environment);
  const trust = JSON.stringify(trustPolicy(account, place.region));
  const rights = JSON.stringify(rolePolicy(place));
  const role = await tried(
    `role ${name}`,
    `aws iam create-role --role-name ${name} --assume-role-policy-document '${trust}'`,
    async () => {
      if (await roleExists(iam, name)) return 'was there';
      await iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: trust }));
      return 'made';
    },
  );
  const policy = await tried(
    `rights of role ${name} to the bucket`,
    `aws iam put-role-policy --role-name ${name} --policy-name ${POLICY_NAME} --policy-document '${rights}'`,
    async () => {
      const present = await readRights(iam, name);
      if (present === rights) return 'was there';
      await iam.send(
        new PutRolePolicyCommand({ RoleName: name, PolicyName: POLICY_NAME, PolicyDocument: rights }),
      );
      return present === null ? 'made' : 'changed';
    },
  );
  return [role, policy];
}

async function tried(
  what: string,
  byHand: string,
  work: () => Promise<SetupPart['state']>,
): Promise<SetupPart> {
  try {
    return { what, state: await work(), detail: '' };
  } catch (error) {
    if (!isDenied(error)) throw error;
    return { what, state: 'by hand', detail: byHand };
  }
}

async function roleExists(iam: IAMClient, name: string): Promise<boolean> {
  try {
    await iam.send(new GetRoleCommand({ RoleName: name }));
    return true;
  } catch (error) {
    if (isNamed(error, 'NoSuchEntityException', 'NoSuchEntity')) return false;
    throw error;
  }
}

/** IAM answers with its documents percent-encoded. */
async function readRights(iam: IAMClient, name: string): Promise<string | null> {
  try {
    const answer = await iam.send(new GetRolePolicyCommand({ RoleName: name, PolicyName: POLICY_NAME }));
    return decodeURIComponent(answer.PolicyDocument ?? '');
  } catch (error) {
    if (isNamed(error, 'NoSuchEntityException', 'NoSuchEntity')) return null;
    throw error;
  }
}

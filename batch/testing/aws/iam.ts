import { allows, type PolicyDocument } from './policies.ts';
import {
  ACCOUNT,
  type AwsState,
  mustBeAllowed,
  type Principal,
  Refusal,
  type Role,
  validPolicy,
} from './state.ts';

const roleArn = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;

function roleOf({ roles }: AwsState, name: string): Role {
  const role = roles.get(name);
  if (role === undefined)
    throw new Refusal(404, 'NoSuchEntity', `The role with name ${name} cannot be found.`);
  return role;
}

/** Answers one action of IAM: the inside of its result. */
export function answerIam(state: AwsState, caller: Principal, form: URLSearchParams): string {
  const { roles, changes } = state;
  const action = form.get('Action') ?? '';
  const name = form.get('RoleName') ?? '';
  if (action === 'SimulatePrincipalPolicy') return simulate(state, caller, form);
  if (!/^[\w+=,.@-]{1,64}$/.test(name))
    throw new Refusal(400, 'ValidationError', `Value '${name}' at 'roleName' failed to satisfy constraint`);
  mustBeAllowed(caller, `iam:${action}`, roleArn(name));
  switch (action) {
    case 'GetRole':
      return roleXml(name, roleOf(state, name));
    case 'CreateRole': {
      if (roles.has(name))
        throw new Refusal(409, 'EntityAlreadyExists', `Role with name ${name} already exists.`);
      const trust = validPolicy(form.get('AssumeRolePolicyDocument'), 'Principal');
      roles.set(name, { arn: roleArn(name), trust, policies: new Map() });
      changes.push('iam:CreateRole');
      return roleXml(name, roleOf(state, name));
    }
    case 'GetRolePolicy': {
      const policy = roleOf(state, name).policies.get(form.get('PolicyName') ?? '');
      if (policy === undefined) throw new Refusal(404, 'NoSuchEntity', 'The role policy cannot be found.');
      const document = `<PolicyDocument>${encodeURIComponent(policy)}</PolicyDocument>`;
      return `<RoleName>${name}</RoleName><PolicyName>${form.get('PolicyName')}</PolicyName>${document}`;
    }
    case 'PutRolePolicy':
      roleOf(state, name).policies.set(
        form.get('PolicyName') ?? '',
        validPolicy(form.get('PolicyDocument'), 'Resource'),
      );
      changes.push('iam:PutRolePolicy');
      return '';
    default:
      throw new Refusal(400, 'InvalidAction', `Could not find operation ${action}`);
  }
}

function simulate(state: AwsState, caller: Principal, form: URLSearchParams): string {
  const arn = form.get('PolicySourceArn') ?? '';
  if (!/^arn:aws:iam::\d{12}:(user|role|group)\//.test(arn))
    throw new Refusal(400, 'InvalidInput', `Invalid Entity Arn: ${arn}`);
  mustBeAllowed(caller, 'iam:SimulatePrincipalPolicy', arn);
  const policies = policiesOf(state, arn);
  const results = members(form, 'ActionNames').flatMap((action) =>
    members(form, 'ResourceArns').map((resource) => {
      const decision = policies.some((policy) => allows(policy, action, resource))
        ? 'allowed'
        : 'implicitDeny';
      const names = `<EvalActionName>${action}</EvalActionName><EvalResourceName>${resource}</EvalResourceName>`;
      return `<member>${names}<EvalDecision>${decision}</EvalDecision></member>`;
    }),
  );
  return `<IsTruncated>false</IsTruncated><EvaluationResults>${results.join('')}</EvaluationResults>`;
}

function policiesOf({ roles, principals }: AwsState, arn: string): PolicyDocument[] {
  const role = [...roles.values()].find((one) => one.arn === arn);
  if (role !== undefined) return [...role.policies.values()].map((text) => JSON.parse(text));
  const principal = [...principals.values()].find((one) => one.arn === arn);
  if (principal === undefined)
    throw new Refusal(404, 'NoSuchEntity', `The entity with ARN ${arn} cannot be found.`);
  return [principal.policy];
}

function roleXml(name: string, { arn, trust }: Role): string {
  const document = `<AssumeRolePolicyDocument>${encodeURIComponent(trust)}</AssumeRolePolicyDocument>`;
  return `<Role><RoleName>${name}</RoleName><Path>/</Path><RoleId>AROA</RoleId><CreateDate>2026-01-01T00:00:00Z</CreateDate><Arn>${arn}</Arn>${document}</Role>`;
}

/** `Name.member.1`, `Name.member.2` … */
function members(form: URLSearchParams, name: string): string[] {
  return [...form].filter(([key]) => key.startsWith(`${name}.member.`)).map(([, value]) => value);
}

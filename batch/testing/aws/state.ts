import { allows, type PolicyDocument } from './policies.ts';

/** What the stand-in of IAM, STS and bucket policies knows. */
export interface AwsState {
  /** Who an access key belongs to, and what it may do. Unknown keys are refused. */
  readonly principals: Map<string, Principal>;
  readonly roles: Map<string, Role>;
  /** By bucket name. */
  readonly bucketPolicies: Map<string, string>;
  /** Actions that changed something, in order: `iam:CreateRole`, `s3:PutBucketPolicy`. */
  readonly changes: string[];
}

export interface Principal {
  readonly arn: string;
  readonly policy: PolicyDocument;
}

export interface Role {
  readonly arn: string;
  readonly trust: string;
  readonly policies: Map<string, string>;
}

export const ACCOUNT = '123456789012';
/** May do everything. */
export const ADMIN_POLICY: PolicyDocument = { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };

/** What AWS answers when it refuses. */
export class Refusal extends Error {
  readonly code: string;
  readonly status: number;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

export function mustBeAllowed(caller: Principal, action: string, resource: string): void {
  if (allows(caller.policy, action, resource)) return;
  const said = `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${resource}`;
  throw new Refusal(403, 'AccessDenied', said);
}

export function validPolicy(text: string | null, needs: string, code = 'MalformedPolicyDocument'): string {
  try {
    const { Version, Statement } = JSON.parse(text ?? '');
    if (Version === '2012-10-17' && Statement.every((one: object) => needs in one)) return text ?? '';
  } catch {
    // Told below.
  }
  throw new Refusal(400, code, 'This policy contains invalid Json, or lacks what it must have');
}

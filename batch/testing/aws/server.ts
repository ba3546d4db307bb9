import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerBucketPolicy } from './bucketPolicy.ts';
import { answerIam } from './iam.ts';
import { ACCOUNT, type AwsState, mustBeAllowed, type Principal, Refusal } from './state.ts';

/** IAM and STS on the wire (query protocol), and S3's bucket policies in front of an S3 that has none: for tests. */
export interface AwsServer extends AwsState {
  readonly url: string;
  stop(): Promise<void>;
}

/** @param s3Url where everything but bucket policies goes */
export async function startAwsServer(s3Url: string): Promise<AwsServer> {
  const state: AwsState = { principals: new Map(), roles: new Map(), bucketPolicies: new Map(), changes: [] };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    try {
      const answer = answerOf(state, request, body.toString('utf8'));
      if (answer === null) forward(s3Url, request, response, body);
      else response.end(answer);
    } catch (error) {
      refuse(request, response, error);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    ...state,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Null: it is S3's to answer. */
function answerOf(state: AwsState, request: IncomingMessage, body: string): string | null {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const caller = callerOf(state, request);
  if (isQuery(request)) return answerQuery(state, caller, new URLSearchParams(body));
  const bucket = url.pathname.split('/')[1] ?? '';
  if (url.searchParams.has('policy'))
    return answerBucketPolicy(state, caller, { bucket, isRead: request.method === 'GET', body });
  const action = url.searchParams.has('versioning')
    ? 's3:GetBucketVersioning'
    : s3Action(request.method ?? '', url.pathname);
  mustBeAllowed(caller, action, `arn:aws:s3:::${url.pathname.slice(1).replace(/\/$/, '')}`);
  if (action === 's3:CreateBucket') state.changes.push(action);
  return null;
}

function callerOf({ principals }: AwsState, request: IncomingMessage): Principal {
  const key = /Credential=([^/]+)\//.exec(request.headers.authorization ?? '')?.[1];
  if (key === undefined)
    throw new Refusal(403, 'MissingAuthenticationToken', 'Request is missing Authentication Token');
  const principal = principals.get(key);
  if (principal !== undefined) return principal;
  throw new Refusal(403, 'InvalidClientTokenId', 'The security token included in the request is invalid.');
}

const isQuery = ({ method, url }: IncomingMessage): boolean => method === 'POST' && url === '/';

function answerQuery(state: AwsState, caller: Principal, form: URLSearchParams): string {
  const action = form.get('Action') ?? '';
  const inner =
    action === 'GetCallerIdentity'
      ? `<Arn>${caller.arn}</Arn><UserId>AIDA</UserId><Account>${ACCOUNT}</Account>`
      : answerIam(state, caller, form);
  return `<${action}Response><${action}Result>${inner}</${action}Result></${action}Response>`;
}

function refuse(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  if (!(error instanceof Refusal)) throw error;
  const { status, code, message } = error;
  const inner = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error>`;
  response.writeHead(status, { 'content-type': 'text/xml' });
  response.end(isQuery(request) ? `<ErrorResponse>${inner}<RequestId>1</RequestId></ErrorResponse>` : inner);
}

function s3Action(method: string, path: string): string {
  const isBucket = path.split('/').filter(Boolean).length < 2;
  if (isBucket) return method === 'PUT' ? 's3:CreateBucket' : 's3:ListBucket';
  return { PUT: 's3:PutObject', DELETE: 's3:DeleteObject' }[method] ?? 's3:GetObject';
}

function forward(to: string, request: IncomingMessage, response: ServerResponse, body: Buffer): void {
  const { method, headers, url = '/' } = request;
  const onward = httpRequest(new URL(url, to), { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.on('error', () => response.destroy());
  onward.end(body);
}

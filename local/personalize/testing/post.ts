import type { Harness } from './harness.ts';

/** Headers in the form of a SigV4 signature, for requests that no SDK here makes. */
export const SIGNED = {
  authorization: `AWS4-HMAC-SHA256 Credential=AK/20261122/eu-central-1/personalize/aws4_request, SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`,
  'x-amz-date': '20261122T000000Z',
};

/** Posts JSON to a path of the stand-in; the body is parsed, null when empty. */
export async function post(harness: Harness, path: string, body: object) {
  const answer = await fetch(`${harness.personalize.url}${path}`, {
    method: 'POST',
    headers: SIGNED,
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  return {
    status: answer.status,
    error: answer.headers.get('x-amzn-errortype'),
    body: text === '' ? null : JSON.parse(text),
  };
}

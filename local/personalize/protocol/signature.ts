import { PersonalizeError } from './errors.ts';

const CREDENTIAL = /^([^/\s]+)\/(\d{8})\/([a-z0-9-]+)\/personalize\/aws4_request$/;

const missing = () =>
  new PersonalizeError('MissingAuthenticationTokenException', 'Missing Authentication Token', 403);
const incomplete = (message: string) => new PersonalizeError('IncompleteSignatureException', message);

function parseAuthorization(header: string): Map<string, string> {
  const [algorithm, ...rest] = header.trim().split(/\s+/);
  if (algorithm !== 'AWS4-HMAC-SHA256') throw incomplete(`Unsupported AWS 'algorithm': '${algorithm}'.`);
  const parts = rest.join('').split(',');
  return new Map(parts.map((part) => [part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1)]));
}

/**
 * Checks the form of a SigV4 signature (source: AWS general reference, "Signature Version 4"). Any key is
 * taken, so the signature's value cannot be recomputed: only its form, scope and date are checked.
 * Returns the region of the credential scope: resources belong to it.
 */
export function checkSignature(headers: Headers): { region: string } {
  const header = headers.get('authorization');
  if (header === null || header === '') throw missing();
  const parts = parseAuthorization(header);
  for (const name of ['Credential', 'Signature', 'SignedHeaders']) {
    if (!parts.get(name))
      throw incomplete(`Authorization header requires '${name}' parameter. Authorization=${header}`);
  }
  const date = headers.get('x-amz-date');
  if (date === null || !/^\d{8}T\d{6}Z$/.test(date)) {
    throw incomplete("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
  }
  const scope = CREDENTIAL.exec(parts.get('Credential') ?? '');
  const region = scope?.[3];
  if (region === undefined) throw incomplete('Credential should be scoped to correct service: personalize.');
  if (scope?.[2] !== date.slice(0, 8))
    throw incomplete('Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date.');
  if (!(parts.get('SignedHeaders') ?? '').split(';').includes('host')) {
    throw incomplete("'Host' must be a 'SignedHeader' in the AWS Authorization.");
  }
  if (!/^[0-9a-f]{64}$/.test(parts.get('Signature') ?? ''))
    throw incomplete('Signature is not 64 hexadecimal digits.');
  return { region };
}

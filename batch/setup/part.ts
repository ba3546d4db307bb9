import { BatchError } from '../errors.ts';

/** What became of one part of the set-up. */
export interface SetupPart {
  readonly what: string;
  readonly state: 'was there' | 'made' | 'changed' | 'ready' | 'by hand';
  /** Its name or ARN, or for `by hand` what to do. */
  readonly detail: string;
}

/** Whether AWS refused a call for want of a right, rather than for any other reason. */
export function isDenied(error: unknown): boolean {
  return (
    error instanceof Error &&
    /^(AccessDenied|AccessDeniedException|UnauthorizedOperation|Forbidden)$/.test(error.name)
  );
}

export function isNamed(error: unknown, ...names: readonly string[]): boolean {
  return error instanceof Error && names.includes(error.name);
}

export function setupFailed(what: string, error: unknown): BatchError {
  if (error instanceof BatchError) return error;
  const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new BatchError({
    code: 'setup_failed',
    message: `${what} could not be made or looked at: ${said}`,
    remedy: 'put right what it says and run batch setup again: what is there already stays as it is',
    cause: error,
  });
}

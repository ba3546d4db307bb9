import { BatchError } from '../errors.ts';

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing answers at the address',
  ENOTFOUND: 'the host name is not known',
  EAI_AGAIN: 'the host name cannot be looked up',
  ETIMEDOUT: 'no answer came in time',
  ECONNRESET: 'the connection was cut',
  '28P01': 'the user name or the password is wrong',
  '28000': 'the user may not connect',
  '3D000': 'the database does not exist',
  '53100': 'its disk is full',
  '53300': 'it has no connection left',
  '57P01': 'it is being shut down',
  '57P03': 'it is starting up or shutting down',
  '42P01': 'it lacks a table',
  '42703': 'it lacks a column',
  '42883': 'it lacks a function',
};

/** Turns "connection refused" and its like into a message with a remedy; leaves what is not the database's alone. */
export function explainDatabaseError(thrown: unknown): unknown {
  if (thrown instanceof BatchError) return thrown;
  const error = rootOf(thrown);
  const code = codeOf(error);
  const lost = error instanceof Error && /timeout exceeded|Connection terminated/.test(error.message);
  const reason = REASONS[code] ?? (lost ? 'the connection was lost or never came about' : undefined);
  if (reason === undefined) return error;
  const migrate = code.startsWith('42');
  return new BatchError({
    code: migrate ? 'not_migrated' : 'database_unreachable',
    message: `the database cannot be used: ${reason}`,
    remedy: migrate
      ? 'run: npm run migrate; if that changes nothing, the database is newer than this program: deploy the newer version'
      : 'check DATABASE_URL and that PostgreSQL runs and lets this machine in; a run goes on where it stopped with batch run',
    cause: thrown,
  });
}

/**
 * drizzle wraps an error in one whose message holds the whole query with its values, which may be personal:
 * the error below it tells enough. "connection refused" of several addresses comes as a bundle.
 */
function rootOf(error: unknown): unknown {
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors[0];
  if (error instanceof Error && error.message.startsWith('Failed query') && error.cause !== undefined) {
    return rootOf(error.cause);
  }
  return error;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

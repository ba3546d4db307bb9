/** What can go wrong while standing in for a cloud; the message says what, the remedy what to do. */
export type LocalErrorCode =
  | 'in-use'
  | 'port-taken'
  | 'not-permitted'
  | 'unsupported-platform'
  | 'start-failed'
  | 'bad-option';

export class LocalError extends Error {
  readonly code: LocalErrorCode;
  readonly remedy: string;

  constructor(code: LocalErrorCode, message: string, remedy: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'LocalError';
    this.code = code;
    this.remedy = remedy;
  }
}

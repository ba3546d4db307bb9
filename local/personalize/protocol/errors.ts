/** The error names of Personalize's model, plus those every AWS service answers before it reads the body. */
export type ErrorType =
  | 'InvalidInputException'
  | 'InvalidNextTokenException'
  | 'LimitExceededException'
  | 'ResourceAlreadyExistsException'
  | 'ResourceInUseException'
  | 'ResourceNotFoundException'
  | 'TooManyTagKeysException'
  | 'TooManyTagsException'
  | 'IncompleteSignatureException'
  | 'MissingAuthenticationTokenException'
  | 'SerializationException'
  | 'UnknownOperationException';

/** An answer that is an error: `__type` on the wire is `type`, the status is 400 unless AWS uses another. */
export class PersonalizeError extends Error {
  override readonly name = 'PersonalizeError';
  readonly type: ErrorType;
  readonly status: 400 | 403;

  constructor(type: ErrorType, message: string, status: 400 | 403 = 400) {
    super(message);
    this.type = type;
    this.status = status;
  }
}

export const invalidInput = (message: string) => new PersonalizeError('InvalidInputException', message);
export const notFound = (arn: string) =>
  new PersonalizeError('ResourceNotFoundException', `Resource Arn ${arn} does not exist.`);
export const alreadyExists = (arn: string) =>
  new PersonalizeError('ResourceAlreadyExistsException', `Another resource with Arn ${arn} already exists.`);
export const inUse = (message: string) => new PersonalizeError('ResourceInUseException', message);
export const limitExceeded = (message: string) => new PersonalizeError('LimitExceededException', message);

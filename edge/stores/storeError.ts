/** Why a store could not answer; each sends the reader one step down the ladder. */
export type StoreErrorCode = 'error' | 'timeout' | 'missing' | 'corrupt' | 'skipped' | 'off';

export class StoreError extends Error {
  readonly code: StoreErrorCode;
  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export function asStoreError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new StoreError('error', message, { cause: error });
}

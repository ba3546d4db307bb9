/** Whose list is asked for. */
export interface AskedCustomer {
  /** Null: nobody's in particular. */
  readonly userId: string | null;
  /** The source the id belongs to; null = none is named. */
  readonly idSource: string | null;
}

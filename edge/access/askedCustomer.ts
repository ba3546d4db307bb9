/** Whose list is asked for. */
export interface AskedCustomer {
  /** Null: nobody's in particular. */
  readonly userId: string | null;
  /** The source the id belongs to; null = the shop's own ids. */
  readonly idSource: string | null;
}

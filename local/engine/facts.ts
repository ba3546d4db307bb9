/** What is known of items besides purchases, by item index. Every column may be missing. */
export interface ItemFacts {
  /** Category path, department first. */
  readonly categories?: readonly (readonly string[] | null)[];
  /** NaN = absent. */
  readonly prices?: Float64Array;
  readonly names?: readonly (string | null)[];
  /** Epoch seconds, NaN = absent. */
  readonly createdAt?: Float64Array;
}

/** One categorical column of the users, as dense codes by user index; -1 = absent. */
export interface UserAttribute {
  readonly name: string;
  readonly codes: Int32Array;
}

export interface UserFacts {
  readonly attributes: readonly UserAttribute[];
}

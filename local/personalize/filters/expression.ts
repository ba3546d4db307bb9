/** A value to compare with: a text, a number, or a `$PARAMETER` that each request fills in. */
export type Operand =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'number'; readonly number: number }
  | { readonly kind: 'parameter'; readonly name: string }
  /** A field of the item asked about (similar items). */
  | { readonly kind: 'currentItem'; readonly field: string };

export type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>=';
export type Source = 'INTERACTIONS' | 'ITEMS' | 'USERS' | 'CURRENTUSER';

/** One condition on a field. `values` with IN and NOT IN; '*' among them is any value. */
export interface Condition {
  readonly source: Source;
  readonly field: string;
  readonly operator: Comparison | 'IN' | 'NOT IN';
  readonly values: readonly Operand[];
  /** Where in the expression it begins. */
  readonly position: number;
}

/** Conditions in disjunctive form: any of the groups, all of a group. AND binds closer than OR. */
export interface FilterPart {
  readonly action: 'INCLUDE' | 'EXCLUDE';
  readonly subject: 'ITEM' | 'USER';
  readonly anyOf: readonly (readonly Condition[])[];
  /** The part counts only for users of whom all of this is true; empty: for all. */
  readonly when: readonly Condition[];
}

/** Parts are applied one after another: what remains has passed each. */
export type FilterExpression = readonly FilterPart[];

export const conditionsOf = (expression: FilterExpression): Condition[] =>
  expression.flatMap(({ anyOf, when }) => [...anyOf.flat(), ...when]);

export function parametersOf(expression: FilterExpression): string[] {
  const names = conditionsOf(expression).flatMap(({ values }) =>
    values.flatMap((value) => (value.kind === 'parameter' ? [value.name] : [])),
  );
  return [...new Set(names)];
}

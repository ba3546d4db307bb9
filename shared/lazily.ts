/**
 * Makes something when it is first asked for, and once. Schemas that few isolates need are so: to make them all
 * would take longer than all the rest of a Worker's start.
 */
export function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

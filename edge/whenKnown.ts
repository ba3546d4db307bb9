/** Goes on at once with what is known, else when its promise is kept: an answer from memory waits for nothing. */
export function whenKnown<T, R>(value: T | Promise<T>, next: (known: T) => R | Promise<R>): R | Promise<R> {
  return value instanceof Promise ? value.then(next) : next(value);
}

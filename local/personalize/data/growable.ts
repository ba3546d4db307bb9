/** Typed arrays that double as they fill, so that a table's length need not be known. */
export interface Growable<A> {
  readonly length: number;
  push(value: number): void;
  /** The values so far, without the spare room. */
  finish(): A;
}

const FIRST = 1024;

export function growableInts(): Growable<Int32Array> {
  let values = new Int32Array(FIRST);
  let length = 0;
  return {
    get length() {
      return length;
    },
    push: (value) => {
      if (length === values.length) {
        const wider = new Int32Array(length * 2);
        wider.set(values);
        values = wider;
      }
      values[length++] = value;
    },
    finish: () => values.slice(0, length),
  };
}

export function growableFloats(): Growable<Float64Array> {
  let values = new Float64Array(FIRST);
  let length = 0;
  return {
    get length() {
      return length;
    },
    push: (value) => {
      if (length === values.length) {
        const wider = new Float64Array(length * 2);
        wider.set(values);
        values = wider;
      }
      values[length++] = value;
    },
    finish: () => values.slice(0, length),
  };
}

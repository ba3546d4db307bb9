/** A x = b for a symmetric positive definite A of order n. */
interface System {
  /** Row-major with `stride`; the lower triangle is read and becomes the Cholesky factor. */
  readonly matrix: Float64Array;
  /** b, becomes x. */
  readonly vector: Float64Array;
  readonly order: number;
  readonly stride: number;
  /** Takes the place of a pivot at or below it (rounding). */
  readonly floor: number;
}

/** Solves in place: n³/6 multiplications and as many additions. */
export function solveSymmetric(system: System): void {
  factor(system);
  substitute(system);
}

/**
 * Two rows and two columns at a time: four products from four loads, where one at a time needs two loads each.
 */
function factor({ matrix, order, stride, floor }: System): void {
  const even = order - (order % 2);
  for (let row = 0; row < even; row += 2) {
    const first = row * stride;
    const second = first + stride;
    for (let column = 0; column < row; column += 2) {
      const left = column * stride;
      const right = left + stride;
      let a = matrix[first + column] as number;
      let b = matrix[first + column + 1] as number;
      let c = matrix[second + column] as number;
      let d = matrix[second + column + 1] as number;
      for (let inner = 0; inner < column; inner += 1) {
        const p = matrix[first + inner] as number;
        const q = matrix[second + inner] as number;
        const r = matrix[left + inner] as number;
        const s = matrix[right + inner] as number;
        a -= p * r;
        b -= p * s;
        c -= q * r;
        d -= q * s;
      }
      const pivot = matrix[left + column] as number;
      const below = matrix[right + column] as number;
      const next = matrix[right + column + 1] as number;
      a /= pivot;
      c /= pivot;
      matrix[first + column] = a;
      matrix[first + column + 1] = (b - a * below) / next;
      matrix[second + column] = c;
      matrix[second + column + 1] = (d - c * below) / next;
    }
    finishRow(row, row, { matrix, stride, floor });
    finishRow(row + 1, row, { matrix, stride, floor });
  }
  if (even < order) finishRow(even, 0, { matrix, stride, floor });
}

/** The entries of a row from column `from` to the diagonal, one at a time. */
function finishRow(row: number, from: number, system: Pick<System, 'matrix' | 'stride' | 'floor'>): void {
  const { matrix, stride, floor } = system;
  const base = row * stride;
  for (let column = from; column <= row; column += 1) {
    const other = column * stride;
    let sum = matrix[base + column] as number;
    for (let inner = 0; inner < column; inner += 1) {
      sum -= (matrix[base + inner] as number) * (matrix[other + inner] as number);
    }
    if (row === column) matrix[base + row] = Math.sqrt(sum > floor ? sum : floor);
    else matrix[base + column] = sum / (matrix[other + column] as number);
  }
}

function substitute({ matrix, vector, order, stride }: System): void {
  for (let row = 0; row < order; row += 1) {
    let sum = vector[row] as number;
    for (let inner = 0; inner < row; inner += 1)
      sum -= (matrix[row * stride + inner] as number) * (vector[inner] as number);
    vector[row] = sum / (matrix[row * stride + row] as number);
  }
  for (let row = order - 1; row >= 0; row -= 1) {
    const value = (vector[row] as number) / (matrix[row * stride + row] as number);
    vector[row] = value;
    // By rows of the factor, not by columns: consecutive memory.
    for (let above = 0; above < row; above += 1) {
      vector[above] = (vector[above] as number) - (matrix[row * stride + above] as number) * value;
    }
  }
}

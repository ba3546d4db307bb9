/**
 * Solves A x = b for a symmetric positive definite A of order n, in place: `matrix` (row-major with `stride`,
 * lower triangle read) becomes the Cholesky factor, `vector` becomes x. n³/6 multiplications.
 * A pivot at or below zero (rounding) is replaced by `floor`.
 */
export function solveSymmetric(system: {
  readonly matrix: Float64Array;
  readonly vector: Float64Array;
  readonly order: number;
  readonly stride: number;
  readonly floor: number;
}): void {
  const { matrix, vector, order, stride, floor } = system;
  for (let row = 0; row < order; row += 1) {
    const rowBase = row * stride;
    for (let column = 0; column <= row; column += 1) {
      const columnBase = column * stride;
      let sum = matrix[rowBase + column] as number;
      for (let inner = 0; inner < column; inner += 1) {
        sum -= (matrix[rowBase + inner] as number) * (matrix[columnBase + inner] as number);
      }
      if (row === column) matrix[rowBase + row] = Math.sqrt(sum > floor ? sum : floor);
      else matrix[rowBase + column] = sum / (matrix[columnBase + column] as number);
    }
  }
  for (let row = 0; row < order; row += 1) {
    let sum = vector[row] as number;
    for (let inner = 0; inner < row; inner += 1)
      sum -= (matrix[row * stride + inner] as number) * (vector[inner] as number);
    vector[row] = sum / (matrix[row * stride + row] as number);
  }
  for (let row = order - 1; row >= 0; row -= 1) {
    let sum = vector[row] as number;
    for (let below = row + 1; below < order; below += 1) {
      sum -= (matrix[below * stride + row] as number) * (vector[below] as number);
    }
    vector[row] = sum / (matrix[row * stride + row] as number);
  }
}

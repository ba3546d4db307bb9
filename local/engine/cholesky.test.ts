import { describe, expect, it } from 'vitest';
import { solveSymmetric } from './cholesky.ts';
import { createRandom } from './random.ts';

describe('solving a symmetric system', () => {
  it.each([
    1, 2, 3, 4, 7, 16, 51, 100,
  ])('of order %i gives what multiplies back to the right side', (order) => {
    const random = createRandom(order);
    const stride = order + 3;
    const factors = Float64Array.from({ length: order * order }, () => random() - 0.5);
    const full = new Float64Array(order * order);
    for (let row = 0; row < order; row += 1) {
      for (let column = 0; column < order; column += 1) {
        let sum = row === column ? 0.5 : 0;
        for (let at = 0; at < order; at += 1) {
          sum += (factors[row * order + at] as number) * (factors[column * order + at] as number);
        }
        full[row * order + column] = sum;
      }
    }
    const wanted = Float64Array.from({ length: order }, () => random() - 0.5);
    const matrix = new Float64Array(order * stride);
    for (let row = 0; row < order; row += 1) {
      for (let column = 0; column <= row; column += 1) {
        matrix[row * stride + column] = full[row * order + column] as number;
      }
    }
    const vector = Float64Array.from({ length: order }, (_, row) =>
      wanted.reduce((sum, one, column) => sum + one * (full[row * order + column] as number), 0),
    );
    solveSymmetric({ matrix, vector, order, stride, floor: 1e-12 });
    for (const [at, found] of vector.entries()) expect(found).toBeCloseTo(wanted[at] as number, 7);
  });

  it('stays finite where rounding leaves no pivot', () => {
    const matrix = Float64Array.of(1, 0, 1, 1);
    const vector = Float64Array.of(1, 1);
    solveSymmetric({ matrix, vector, order: 2, stride: 2, floor: 1e-6 });
    expect(vector.every(Number.isFinite)).toBe(true);
  });
});

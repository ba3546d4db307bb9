import { solveSymmetric } from './cholesky.ts';
import type { Columns } from './columns.ts';
import type { Gram } from './gram.ts';

/**
 * Sparse EASE (after Steck 2019, restricted as in Ning & Karypis' SLIM to a neighbourhood): for every target i,
 * the ridge regression of i's purchases on those of its nearest items,
 *   w = (G_NN + λ I)^-1 G_Ni,
 * written to `out` in the order of `gram.nearest`. width³/6 multiplications an item.
 */
export interface RidgeInput {
  readonly gram: Gram;
  /** λ, in the units of the Gram matrix's diagonal. */
  readonly penalty: number;
  readonly out: Columns;
}

/** Prepares a range kernel over target items. */
export function prepareRidge(input: RidgeInput): (from: number, to: number) => void {
  const { gram, penalty, out } = input;
  const width = out.width;
  const matrix = new Float64Array(width * width);
  const vector = new Float64Array(width);
  const place = new Uint16Array(gram.itemCount);
  return (from, to) => {
    for (let target = from; target < to; target += 1) {
      const base = target * gram.nearest.width;
      let order = 0;
      while (order < width && (gram.nearest.sources[base + order] as number) >= 0) order += 1;
      if (order === 0) continue;
      gather(gram, target, { matrix, vector, place, order, width });
      for (let row = 0; row < order; row += 1) {
        matrix[row * width + row] = (matrix[row * width + row] as number) + penalty;
      }
      solveSymmetric({ matrix, vector, order, stride: width, floor: penalty * 1e-3 });
      for (let row = 0; row < order; row += 1) {
        out.sources[target * width + row] = gram.nearest.sources[base + row] as number;
        out.weights[target * width + row] = vector[row] as number;
      }
    }
  };
}

interface System {
  readonly matrix: Float64Array;
  readonly vector: Float64Array;
  /** By item: its row + 1, 0 = not a neighbour. Small, since every entry of a sparse row asks it. */
  readonly place: Uint16Array;
  readonly order: number;
  readonly width: number;
}

/** Copies G_NN (lower triangle) and G_Ni. Pairs a sparse Gram matrix dropped count as 0. */
function gather(gram: Gram, target: number, system: System): void {
  const { matrix, vector, place, order, width } = system;
  const base = target * gram.nearest.width;
  const neighbours = gram.nearest.sources;
  if (gram.dense !== null) {
    for (let row = 0; row < order; row += 1) {
      const rowBase = (neighbours[base + row] as number) * gram.itemCount;
      for (let column = 0; column <= row; column += 1) {
        matrix[row * width + column] = gram.dense[rowBase + (neighbours[base + column] as number)] as number;
      }
      vector[row] = gram.dense[rowBase + target] as number;
    }
    return;
  }
  const sparse = gram.sparse;
  if (sparse === null) return;
  matrix.fill(0);
  for (let row = 0; row < order; row += 1) {
    const item = neighbours[base + row] as number;
    place[item] = row + 1;
    matrix[row * width + row] = gram.diagonal[item] as number;
    // The target's own pairs are known exactly: from their cosines.
    vector[row] =
      (gram.nearest.weights[base + row] as number) *
      Math.sqrt((gram.diagonal[item] as number) * (gram.diagonal[target] as number));
  }
  for (let row = 0; row < order; row += 1) {
    const rowBase = (neighbours[base + row] as number) * sparse.width;
    for (let at = rowBase; at < rowBase + sparse.width; at += 1) {
      const other = sparse.sources[at] as number;
      if (other < 0) break;
      const column = (place[other] as number) - 1;
      if (column < 0) continue;
      if (column <= row) matrix[row * width + column] = sparse.weights[at] as number;
      else matrix[column * width + row] = sparse.weights[at] as number;
    }
  }
  for (let row = 0; row < order; row += 1) place[neighbours[base + row] as number] = 0;
}

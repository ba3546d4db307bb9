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

/** What a byte can number, with 0 for none. */
const MOST_NEIGHBOURS = 255;

/**
 * Neighbours for each unit of the target's diagonal (about as many holders, counting heavy buyers less): what a few
 * holders bought besides fits their purchases in many ways, none of which says more.
 */
const NEIGHBOURS_A_HOLDER = 4;

/** Prepares a range kernel over target items. */
export function prepareRidge(input: RidgeInput): (from: number, to: number) => void {
  const { gram, penalty, out } = input;
  const width = out.width;
  if (width > MOST_NEIGHBOURS) throw new RangeError(`the ridge takes ${MOST_NEIGHBOURS} neighbours at most`);
  const matrix = new Float64Array(width * width);
  const vector = new Float64Array(width);
  const gather = gram.sparse === null ? gatherFromSquare : createSparseGather(gram, gram.sparse, width);
  return (from, to) => {
    for (let target = from; target < to; target += 1) {
      const base = target * gram.nearest.width;
      const most = Math.min(width, Math.ceil(NEIGHBOURS_A_HOLDER * (gram.diagonal[target] as number)));
      let order = 0;
      while (order < most && (gram.nearest.sources[base + order] as number) >= 0) order += 1;
      if (order === 0) continue;
      gather(gram, target, { matrix, vector, order, width });
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
  readonly order: number;
  readonly width: number;
}

/** Fills in G_NN (lower triangle) and G_Ni. */
type Gather = (gram: Gram, target: number, system: System) => void;

const gatherFromSquare: Gather = ({ dense, nearest, itemCount }, target, system) => {
  if (dense === null) return;
  const { matrix, vector, order, width } = system;
  const base = target * nearest.width;
  for (let row = 0; row < order; row += 1) {
    const rowBase = (nearest.sources[base + row] as number) * itemCount;
    for (let column = 0; column <= row; column += 1) {
      matrix[row * width + column] = dense[rowBase + (nearest.sources[base + column] as number)] as number;
    }
    vector[row] = dense[rowBase + target] as number;
  }
};

/**
 * From the largest entries of each row; pairs that both rows dropped count as 0. Every entry is written without
 * asking whether it belongs to a neighbour, which cannot be guessed: those that do not share column 0.
 */
function createSparseGather(gram: Gram, sparse: Columns, width: number): Gather {
  /** By item: its row + 1, 0 = not a neighbour. As small as can be, since every entry of a row asks it. */
  const place = new Uint8Array(gram.itemCount);
  const stride = width + 1;
  const square = new Float32Array(width * stride);
  const copyRow = (item: number, row: number) => {
    const to = row * stride;
    const end = (item + 1) * sparse.width;
    for (let at = item * sparse.width; at < end; at += 1) {
      const other = sparse.sources[at] as number;
      if (other < 0) break;
      square[to + (place[other] as number)] = sparse.weights[at] as number;
    }
  };
  return ({ nearest, diagonal }, target, { matrix, vector, order }) => {
    const neighbours = nearest.sources.subarray(target * nearest.width, target * nearest.width + order);
    for (let row = 0; row < order; row += 1) place[neighbours[row] as number] = row + 1;
    square.fill(0);
    for (let row = 0; row < order; row += 1) {
      const item = neighbours[row] as number;
      copyRow(item, row);
      matrix[row * width + row] = diagonal[item] as number;
      // The target's own pairs are known exactly: from their cosines.
      vector[row] =
        (nearest.weights[target * nearest.width + row] as number) *
        Math.sqrt((diagonal[item] as number) * (diagonal[target] as number));
    }
    for (let row = 0; row < order; row += 1) {
      for (let column = 0; column < row; column += 1) {
        // Either row may have dropped what the other kept.
        matrix[row * width + column] =
          (square[row * stride + column + 1] as number) || (square[column * stride + row + 1] as number);
      }
    }
    for (let row = 0; row < order; row += 1) place[neighbours[row] as number] = 0;
  };
}

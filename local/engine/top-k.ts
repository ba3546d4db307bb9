/**
 * The k best of a stream of (id, score), kept in a binary min-heap over two typed arrays.
 * Equal scores: the smaller id is better, so results do not depend on the order of arrival.
 * O(log k) a push that enters, O(1) otherwise; no allocation after creation.
 */
export interface TopK {
  readonly ids: Int32Array;
  readonly scores: Float64Array;
  size: number;
}

export function createTopK(capacity: number): TopK {
  return { ids: new Int32Array(capacity), scores: new Float64Array(capacity), size: 0 };
}

/** Offers one candidate. Most are worse than the worst kept: one comparison, inlined where it is called. */
export function pushTopK(top: TopK, id: number, score: number): void {
  if (top.size === top.ids.length && !(score >= (top.scores[0] as number))) return;
  insert(top, id, score);
}

function insert(top: TopK, id: number, score: number): void {
  const { ids, scores } = top;
  if (top.size === ids.length) {
    if (score > (scores[0] as number) || id < (ids[0] as number)) sinkFromRoot(top, top.size, id, score);
    return;
  }
  let place = top.size;
  top.size += 1;
  while (place > 0) {
    const parent = (place - 1) >> 1;
    const parentScore = scores[parent] as number;
    if (parentScore < score || (parentScore === score && (ids[parent] as number) > id)) break;
    scores[place] = parentScore;
    ids[place] = ids[parent] as number;
    place = parent;
  }
  scores[place] = score;
  ids[place] = id;
}

/** Sorts in place, best first, and leaves `size` as it was. The heap order is gone afterwards. */
export function sortTopK(top: TopK): void {
  const { ids, scores } = top;
  for (let last = top.size - 1; last > 0; last -= 1) {
    const id = ids[last] as number;
    const score = scores[last] as number;
    ids[last] = ids[0] as number;
    scores[last] = scores[0] as number;
    sinkFromRoot(top, last, id, score);
  }
}

/** Puts (id, score) in the root's place and restores "worst on top" among the first `size`. */
function sinkFromRoot(top: TopK, size: number, id: number, score: number): void {
  const { ids, scores } = top;
  let place = 0;
  for (;;) {
    let child = 2 * place + 1;
    if (child >= size) break;
    if (child + 1 < size && worse(top, child + 1, child)) child += 1;
    const childScore = scores[child] as number;
    if (childScore > score || (childScore === score && (ids[child] as number) < id)) break;
    scores[place] = childScore;
    ids[place] = ids[child] as number;
    place = child;
  }
  scores[place] = score;
  ids[place] = id;
}

function worse(top: TopK, left: number, right: number): boolean {
  const leftScore = top.scores[left] as number;
  const rightScore = top.scores[right] as number;
  return (
    leftScore < rightScore ||
    (leftScore === rightScore && (top.ids[left] as number) > (top.ids[right] as number))
  );
}

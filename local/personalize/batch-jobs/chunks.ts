/** Gathers an endless stream into arrays of at most `size`, so that memory does not grow with a file. */
export async function* chunksOf<T>(stream: AsyncIterable<T>, size: number): AsyncIterable<T[]> {
  let chunk: T[] = [];
  for await (const one of stream) {
    chunk.push(one);
    if (chunk.length < size) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

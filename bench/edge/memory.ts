import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type IsolateMemory, readHeap } from './heap.ts';
import { type Kit, withRuntime } from './kit.ts';
import { putLoad } from './load.ts';
import { pathsOf, READS } from './reads.ts';
import { makeEdgeShop } from './shop.ts';
import { type WrittenSnapshot, writeSnapshot } from './snapshot.ts';

export interface MemoryRow extends IsolateMemory {
  readonly items: number;
  readonly users: number;
  readonly requests: number;
  /** Right after the start. */
  readonly before: IsolateMemory;
}

export interface MemoryRequest {
  readonly kit: Kit;
  readonly generator: 'wrk' | 'node';
  readonly users: number;
  readonly items: number;
  /** Null: written for this and removed. */
  readonly snapshot: WrittenSnapshot | null;
  readonly requests: number;
}

/** Heap and buffers of the isolate after requests of every kind by customers from all shards. */
export async function measureMemory(request: MemoryRequest): Promise<MemoryRow> {
  const { kit, users, items } = request;
  const files = request.snapshot === null ? join(kit.folder, `kv-${items}`) : kit.files;
  const written = request.snapshot ?? (await writeSnapshot(makeEdgeShop({ users, items }), files));
  try {
    return await measureIn({ ...kit, files }, request, written);
  } finally {
    if (request.snapshot === null) await rm(files, { recursive: true, force: true });
  }
}

function measureIn(kit: Kit, request: MemoryRequest, { usersByShard }: WrittenSnapshot): Promise<MemoryRow> {
  const { items, users, generator } = request;
  const everyone = Array.from({ length: 12 }, (_, i) => usersByShard.map((shard) => shard[i] ?? 0)).flat();
  const asked = READS.map((read) => pathsOf(read, everyone, items));
  const paths = everyone.flatMap((_, i) => asked.map((of) => of[i] as string));
  return withRuntime(kit, { name: `memory-${items}`, script: 'edge', inspect: true }, async (runtime) => {
    const { url } = runtime;
    const before = await readHeap(runtime);
    let requests = 0;
    while (requests < request.requests)
      requests += (await putLoad(generator, { url, paths, seconds: 2, folder: kit.folder })).requests;
    return { items, users, requests, before, ...(await readHeap(runtime)) };
  });
}

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A Worker that says which snapshot formats it reads, and nothing else. */
export interface FormatsWorker {
  readonly url: string;
  reads: number[];
  stop(): void;
}

export async function startFormatsWorker(reads: number[]): Promise<FormatsWorker> {
  const server = createServer((_, response) =>
    response.end(JSON.stringify({ snapshot_formats: worker.reads })),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const worker: FormatsWorker = {
    url: `http://127.0.0.1:${port}`,
    reads,
    stop: () => void server.close(),
  };
  return worker;
}

import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Runtime } from './runtime.ts';

const Target = z.object({ id: z.string(), title: z.string().default(''), webSocketDebuggerUrl: z.string() });
const Usage = z.object({
  usedSize: z.number(),
  embedderHeapUsedSize: z.number().default(0),
  backingStorageSize: z.number().default(0),
});

/** Bytes of one isolate as its inspector tells them. */
export interface IsolateMemory {
  readonly heap: number;
  readonly buffers: number;
}

/** Asks the inspector of the Worker `main` after collections of garbage. */
export async function readHeap({
  inspector,
  url,
}: Pick<Runtime, 'inspector' | 'url'>): Promise<IsolateMemory> {
  if (inspector === null) throw new Error('the runtime was started without its inspector');
  const listed = await fetch(`${inspector}/json`);
  const targets = z.array(Target).parse(await listed.json());
  const target = targets.find(({ id, title }) => `${id} ${title}`.includes('main')) ?? targets[0];
  if (target === undefined) throw new Error('the inspector shows no Worker');
  const socket = new WebSocket(target.webSocketDebuggerUrl);
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve, { once: true });
    socket.addEventListener('error', () => reject(new Error('the inspector refuses')), { once: true });
  });
  try {
    // The runtime answers to a collection, and begins it, with the next message only.
    for (const id of [1, 2, 3]) {
      socket.send(JSON.stringify({ id, method: 'HeapProfiler.collectGarbage' }));
      await call(socket, 10 + id, 'Runtime.getHeapUsage');
      await sleep(200);
      // What was only held by the last request's context goes with the next one.
      await (await fetch(`${url}/health/live`)).arrayBuffer();
    }
    const { usedSize, backingStorageSize, embedderHeapUsedSize } = Usage.parse(
      await call(socket, 20, 'Runtime.getHeapUsage'),
    );
    return { heap: usedSize + embedderHeapUsedSize, buffers: backingStorageSize };
  } finally {
    socket.close();
  }
}

const Answer = z.object({
  id: z.number().optional(),
  result: z.unknown().optional(),
  error: z.unknown().optional(),
});

function call(socket: WebSocket, id: number, method: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onMessage = ({ data }: MessageEvent) => {
      const answer = Answer.parse(JSON.parse(String(data)));
      if (answer.id !== id) return;
      socket.removeEventListener('message', onMessage);
      if (answer.error === undefined) resolve(answer.result);
      else reject(new Error(`${method}: ${JSON.stringify(answer.error)}`));
    };
    socket.addEventListener('message', onMessage);
    socket.send(JSON.stringify({ id, method }));
  });
}

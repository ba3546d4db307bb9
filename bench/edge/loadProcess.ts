import { readFile } from 'node:fs/promises';
import { Agent, get } from 'node:http';
import type { Load } from './load.ts';

/** Where there is no wrk: `loadProcess.ts URL FILE SECONDS CONNECTIONS`, answered as one line of JSON. */
const [url = '', file = '', seconds = '1', connections = '1'] = process.argv.slice(2);
const paths = (await readFile(file, 'utf8')).trim().split('\n');
const agent = new Agent({ keepAlive: true, maxSockets: Number(connections) });
const latencies: number[] = [];
let next = 0;
let bytes = 0;
let failed = 0;

function ask(path: string): Promise<void> {
  const from = performance.now();
  return new Promise((resolve) => {
    const request = get(url + path, { agent }, (response) => {
      if ((response.statusCode ?? 500) >= 400) failed += 1;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.byteLength;
      });
      response.on('end', () => {
        latencies.push(performance.now() - from);
        resolve();
      });
    });
    request.on('error', () => {
      failed += 1;
      resolve();
    });
  });
}

const startedAt = performance.now();
const until = startedAt + Number(seconds) * 1000;
await Promise.all(
  Array.from({ length: Number(connections) }, async () => {
    while (performance.now() < until) {
      next = (next + 1) % paths.length;
      await ask(paths[next] as string);
    }
  }),
);
const microseconds = (performance.now() - startedAt) * 1000;
latencies.sort((a, b) => a - b);
const at = (share: number) => 1000 * (latencies[Math.floor(share * (latencies.length - 1))] ?? 0);
const load: Load = {
  ...{ requests: latencies.length, microseconds, bytes, failed },
  ...{ p50: at(0.5), p95: at(0.95), p99: at(0.99) },
};
console.log(JSON.stringify(load));
agent.destroy();

import { Agent, request } from 'node:http';
import { processorTime } from './processorTime.ts';
import type { Runtime } from './runtime.ts';

/** Milliseconds of single calls inside the runtime. */
export interface CallTimes {
  readonly median: number;
  readonly p99: number;
  readonly mean: number;
}

const BATCH = 25;
const WARM_UP = 200;

/**
 * Time of the processor for a request, by batches of calls within one request: the clock inside stands still,
 * so what a batch takes is the kernel's account of the runtime's threads (those that collect garbage
 * included), less what a batch of no calls takes. One batch at a time, and everything is in memory.
 * @param runtime of the wrapped Worker
 * @param bytes above zero: not the Worker answers but at once so many bytes, to see what the measuring takes
 */
export async function timeCalls(
  { url, pid }: Runtime,
  paths: readonly string[],
  { batches, bytes = 0 }: { readonly batches: number; readonly bytes?: number },
): Promise<CallTimes> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const bodyOf = (i: number) =>
    Array.from({ length: BATCH }, (_, j) => paths[(i * BATCH + j) % paths.length]).join('\n');
  const timed = async (calls: number, i: number) => {
    const from = processorTime(pid);
    await post(agent, `${url}/calls?n=${calls}&bytes=${bytes}`, bodyOf(i));
    return processorTime(pid) - from;
  };
  for (let i = 0; i < WARM_UP; i += 1) await timed(BATCH, i);
  const empty: number[] = [];
  const full: number[] = [];
  for (let i = 0; i < batches; i += 1) {
    empty.push(await timed(0, i));
    full.push(await timed(BATCH, i));
  }
  agent.destroy();
  const floor = quantile(empty, 0.5);
  const each = full.map((ms) => (ms - floor) / BATCH);
  const mean = each.reduce((sum, ms) => sum + ms, 0) / each.length;
  return { median: quantile(each, 0.5), p99: quantile(each, 0.99), mean };
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.round(share * (sorted.length - 1))] ?? 0;
}

function post(agent: Agent, url: string, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { method: 'POST', agent }, (response) => {
      response.resume();
      response.on('end', () => {
        if (response.statusCode === 200) resolve();
        else reject(new Error(`calls were answered ${response.statusCode}`));
      });
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

import { Agent, request } from 'node:http';

/** Milliseconds of single calls inside the runtime. */
export interface CallTimes {
  readonly median: number;
  readonly p99: number;
  readonly mean: number;
}

const BATCH = 25;
const WARM_UP = 200;

/**
 * Time the runtime is busy with a request, by batches of calls within one request: the clock inside stands
 * still, so what a batch takes is seen from outside, less what a batch of no calls takes. One batch at a time,
 * and everything is in memory: time on the clock is time of the processor, as long as nothing else runs.
 * @param url of the wrapped Worker
 */
export async function timeCalls(url: string, paths: readonly string[], batches: number): Promise<CallTimes> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const bodyOf = (i: number) =>
    Array.from({ length: BATCH }, (_, j) => paths[(i * BATCH + j) % paths.length]).join('\n');
  for (let i = 0; i < WARM_UP; i += 1) await timed(agent, `${url}/calls?n=${BATCH}`, bodyOf(i));
  const empty: number[] = [];
  const full: number[] = [];
  for (let i = 0; i < batches; i += 1) {
    empty.push(await timed(agent, `${url}/calls?n=0`, bodyOf(i)));
    full.push(await timed(agent, `${url}/calls?n=${BATCH}`, bodyOf(i)));
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

function timed(agent: Agent, url: string, body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const from = performance.now();
    const asked = request(url, { method: 'POST', agent }, (response) => {
      response.resume();
      response.on('end', () => {
        if (response.statusCode === 200) resolve(performance.now() - from);
        else reject(new Error(`calls were answered ${response.statusCode}`));
      });
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

import pg from 'pg';
import { z } from 'zod';
import { type BatchProcess, startBatch } from '../testing/batchProcess.ts';
import type { TestClouds } from '../testing/cloudsOn.ts';
import { type Gates, HTTP_SERVICES, nameOfCall, nameOfStatement, startGates } from '../testing/gates.ts';
import { createKillPlan, type KillPlan, type Moment } from './killPlan.ts';
import { type Reader, startReader } from './reader.ts';

export interface CrashRequest {
  readonly clouds: TestClouds;
  /** A bundle of the batch. */
  readonly program: string;
  /** Of the points a run passes every so many-th is taken. */
  readonly every: number;
  readonly most: number;
  readonly log: (line: string) => void;
  /** Called between the run that makes the first snapshot and the one that is killed. */
  readonly meanwhile: () => Promise<void>;
}

export interface CrashOutcome {
  /** What was killed where, in order. */
  readonly points: readonly string[];
  readonly seen: number;
  readonly looks: number;
  /** Snapshots that readers saw, in order. */
  readonly snapshots: readonly number[];
}

/** A process that ends by itself without being done may have met a dead one's connection; not this often in a row. */
const MOST_FAILURES = 3;

/**
 * Makes a snapshot live, then a second run, killed at every point and started again until it is done, while
 * a reader reads. Throws when a run fails by itself or a reader sees what it must not.
 */
export async function crashRun(request: CrashRequest): Promise<CrashOutcome> {
  const { clouds } = request;
  const gates = await startGates(clouds);
  const reader = startReader(clouds.environment['KV_BASE_URL'] ?? '', clouds.kv.token);
  try {
    await runOnce(request, gates);
    await request.meanwhile();
    const plan = createKillPlan(request);
    await runKilled(request, gates, plan);
    await readOnceMore(reader);
    await reader.stop();
    const { points, seen } = plan;
    return { points, seen, looks: reader.looks(), snapshots: reader.snapshots };
  } finally {
    await reader.stop().catch(() => undefined);
    await gates.stop();
  }
}

async function runOnce({ program }: CrashRequest, { environment }: Gates): Promise<void> {
  const { code, said } = await startBatch({ program, args: ['run'], environment }).ended;
  if (code !== 0) throw new Error(`the first run ended with ${code}:\n${said}`);
}

/** The last snapshot is to be read as well. */
async function readOnceMore(reader: Reader): Promise<void> {
  const before = reader.looks();
  const until = performance.now() + 10_000;
  while (reader.looks() < before + 2 && performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function runKilled(
  { clouds, program, log }: CrashRequest,
  gates: Gates,
  plan: KillPlan,
): Promise<void> {
  let child: BatchProcess | null = null;
  watch(gates, (call, moment) => {
    if (child === null || !plan.isDue(call, moment)) return;
    child.kill('SIGKILL');
    child = null;
    log(`${String(plan.points.length).padStart(4)} killed, ${plan.points.at(-1)}`);
  });
  for (let failures = 0; ; ) {
    const started = startBatch({ program, args: ['run'], environment: gates.environment });
    child = started;
    const ending = await started.ended;
    child = null;
    // Killed behind its last record, a run is done: the next start would be another run.
    if (ending.code === 0 || (await finishedRuns(clouds)) === 2) return;
    failures = ending.signal === 'SIGKILL' ? 0 : failures + 1;
    if (failures > 0) log(`     ended with ${ending.code}: ${ending.said.trim().split('\n').at(-2)}`);
    if (failures === MOST_FAILURES) throw new Error(`a run ended with ${ending.code}:\n${ending.said}`);
  }
}

async function finishedRuns({ databaseUrl }: TestClouds): Promise<number> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const finished = `SELECT count(*)::int AS runs FROM batch_job_metadata WHERE kind = 'run' AND status = 'succeeded'`;
    return z.object({ runs: z.number() }).parse((await client.query(finished)).rows[0]).runs;
  } finally {
    await client.end();
  }
}

function watch({ http, postgres }: Gates, pass: (call: string, moment: Moment) => void): void {
  for (const service of HTTP_SERVICES) {
    http[service].intercept = async (call, forward) => {
      const name = `${service} ${nameOfCall(service, call)}`;
      const answer = await forward();
      pass(name, 'before');
      return { ...answer, sent: () => pass(name, 'after') };
    };
  }
  let before = '';
  postgres.onAnswer = (sql, moment) => {
    const name = nameOfStatement(sql);
    // Every transaction begins and ends with the same words.
    const bare = /^(BEGIN|COMMIT|ROLLBACK)/.test(name);
    pass(`postgres ${bare ? `${name} after ${before}` : name}`, moment);
    if (!bare && moment === 'after') before = name;
  };
}

import pg from 'pg';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { manifestKey, POINTER_KEY, Pointer } from '../../shared/snapshot/manifest.ts';
import { type BatchProcess, startBatch } from '../testing/batchProcess.ts';
import { startTestClouds, type TestClouds } from '../testing/clouds.ts';
import { type Gates, startGates } from '../testing/gates.ts';
import { insertSmallShop } from '../testing/smallShop.ts';

let clouds: TestClouds;
let gates: Gates;
let client: pg.Client;
beforeEach(async () => {
  clouds = await startTestClouds();
  gates = await startGates(clouds);
  client = new pg.Client({ connectionString: clouds.databaseUrl });
  await client.connect();
  await insertSmallShop(client, { customers: 40, products: 30 });
});
afterEach(async () => {
  await client.end();
  await gates.stop();
  await clouds.stop();
});

const run = (environment = clouds.environment, ...args: string[]) =>
  startBatch({ program: inject('batchProgram'), args: ['run', ...args], environment });

/** The first process is stopped like a machine that is suspended, when it writes that key; resolves when it is. */
function pauseAtWriteOf(
  key: string,
  first: () => BatchProcess,
): { paused: Promise<void>; release: () => void } {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const paused = new Promise<void>((resolve) => {
    gates.http.kv.intercept = async (call, forward) => {
      if (call.method !== 'PUT' || !call.body.includes(`"${key}"`)) return forward();
      gates.http.kv.intercept = (_, pass) => pass();
      first().kill('SIGSTOP');
      resolve();
      await released;
      return forward();
    };
  });
  return { paused, release };
}

/** As if it had slept past its lease: 30 seconds. */
const lapse = () => client.query(`UPDATE lease SET expires_at = clock_timestamp() - interval '1 second'`);

async function intentAndPointer() {
  const answer = await client.query(
    'SELECT live_snapshot_id AS live, generation::int AS generation FROM live_pointer',
  );
  const { live, generation } = Pointer.parse(JSON.parse(String(clouds.kv.values.get(POINTER_KEY))));
  return { intent: answer.rows[0], pointer: { live, generation } };
}

describe('of two runs, the one that was paused past its lease', { timeout: 300_000 }, () => {
  test('before it went live changes nothing any more', async () => {
    const first = run(gates.environment);
    const { paused, release } = pauseAtWriteOf(manifestKey(1), () => first);
    await paused;
    await lapse();
    const second = await run().ended;
    expect([second.code, second.said]).toEqual([0, expect.stringContaining('are live')]);
    const after = await intentAndPointer();
    release();
    first.kill('SIGCONT');
    expect(await first.ended).toMatchObject({ code: 1, said: expect.stringContaining('[lease_lost]') });
    expect(await intentAndPointer()).toEqual(after);
    expect(after).toEqual({ intent: { live: 1, generation: 1 }, pointer: { live: 1, generation: 1 } });
  });

  test('with its pointer on the way puts back what is live since', async () => {
    const first = run(gates.environment);
    const { paused, release } = pauseAtWriteOf(POINTER_KEY, () => first);
    await paused;
    await lapse();
    expect((await run().ended).code).toBe(0);
    expect((await run(clouds.environment, '--fresh').ended).code).toBe(0);
    const after = await intentAndPointer();
    expect(after.pointer.live).toBe(2);
    release();
    first.kill('SIGCONT');
    expect(await first.ended).toMatchObject({ code: 1, said: expect.stringContaining('[lease_lost]') });
    expect(await intentAndPointer()).toEqual(after);
  });
});

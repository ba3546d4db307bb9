import { spawn } from 'node:child_process';
import { once } from 'node:events';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../local/testing/database.ts';
import { describeHolder, isCertainlyDead } from './holder.ts';
import { acquireLease } from './lease.ts';

let database: TestDatabase;
let client: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

const request = (name: string, holder: string, ttlMs = 30_000) => ({
  databaseUrl: database.url,
  name,
  holder,
  ttlMs,
});

describe('the lease', () => {
  test('is held by one process at a time, whom the other is told', async () => {
    const first = await acquireLease(request('a', 'host-1/17/x/1'));
    await expect(acquireLease(request('a', 'host-2/18/x/1'))).rejects.toMatchObject({
      code: 'busy',
      exitCode: 3,
      message: expect.stringContaining('host-1, process 17'),
    });
    await first.release();
    const second = await acquireLease(request('a', 'host-2/18/x/1'));
    expect(second.token).toBe(first.token + 1n);
    await second.release();
  });

  test('renews itself, and lapses when nobody does', async () => {
    const kept = await acquireLease(request('b', 'host-1/17/x/1', 300));
    await new Promise((resolve) => setTimeout(resolve, 900));
    await expect(acquireLease(request('b', 'host-2/18/x/1'))).rejects.toThrow('another batch is at work');
    await kept.release();
    await client.query(
      `INSERT INTO lease VALUES ('c', 'host-1/17/x/1', 5, clock_timestamp() - interval '1 ms')`,
    );
    const taken = await acquireLease(request('c', 'host-2/18/x/1'));
    expect(taken.token).toBe(6n);
    await taken.release();
  });

  test('holds through the transaction that goes live, or refuses it', async () => {
    const held = await acquireLease(request('d', 'host-1/17/x/1', 60_000));
    await client.query('BEGIN');
    await held.assertHeld(client);
    const rival = new pg.Client({ connectionString: database.url });
    await rival.connect();
    await rival.query(`SET lock_timeout = '100ms'`);
    const takeOver = `UPDATE lease SET token = token + 1 WHERE name = 'd'`;
    await expect(rival.query(takeOver)).rejects.toMatchObject({ code: '55P03' });
    await rival.end();
    await client.query('COMMIT');
    await client.query(`UPDATE lease SET holder = 'host-2/18/x/1', token = token + 1 WHERE name = 'd'`);
    await expect(held.assertHeld(client)).rejects.toMatchObject({ code: 'lease_lost' });
    await held.release();
    const after = await client.query(
      `SELECT holder, expires_at > now() AS valid FROM lease WHERE name = 'd'`,
    );
    expect(after.rows).toEqual([{ holder: 'host-2/18/x/1', valid: true }]);
  });

  test('tells its holder when another process took over', async () => {
    const held = await acquireLease(request('e', 'host-1/17/x/1', 300));
    await client.query(`UPDATE lease SET holder = 'host-2/18/x/1', token = token + 1 WHERE name = 'e'`);
    if (!held.lost.aborted) await once(held.lost, 'abort');
    expect(held.lost.reason).toMatchObject({ code: 'lease_lost' });
    await held.release();
  });

  test('of a killed process on this machine is taken over at once', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    await once(child, 'spawn');
    const holder = describeHolder(child.pid);
    await client.query(`INSERT INTO lease VALUES ('f', $1, 1, clock_timestamp() + interval '1 hour')`, [
      holder,
    ]);
    expect(isCertainlyDead(holder)).toBe(false);
    await expect(acquireLease(request('f', describeHolder()))).rejects.toMatchObject({ code: 'busy' });
    child.kill('SIGKILL');
    await once(child, 'exit');
    const taken = await acquireLease(request('f', describeHolder()));
    expect(taken.token).toBe(2n);
    await taken.release();
  });
});

describe('a holder', () => {
  test('elsewhere, or before the last boot, is never thought dead', () => {
    const [host, pid, place, start] = describeHolder().split('/');
    expect(isCertainlyDead(['other-host', '999999999', place, start].join('/'))).toBe(false);
    expect(isCertainlyDead([host, '999999999', 'other-place', start].join('/'))).toBe(false);
    expect(isCertainlyDead([host, pid, place, start].join('/'))).toBe(false);
    expect(isCertainlyDead([host, pid, place, '1'].join('/'))).toBe(true);
  });
});

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { manifestKey, partsOf } from '../../shared/snapshot/manifest.ts';
import type { Lease } from '../runs/lease.ts';
import { HELD_LEASE, type PublishedShop, startPublishedShop } from '../testing/publishedShop.ts';
import { readersView } from '../testing/readersView.ts';
import { purgeSnapshots } from './purge.ts';
import { rebuildKv } from './rebuildKv.ts';
import { rollBack } from './rollBack.ts';

let shop: PublishedShop;
const ids: number[] = [];
beforeEach(async () => {
  shop = await startPublishedShop();
  ids.length = 0;
  for (const run of ['r1', 'r2', 'r3']) ids.push((await shop.makeLive(run))['snapshot_id'] ?? 0);
});
afterEach(() => shop.stop());

const [first, second, third] = [0, 1, 2].map((at) => () => ids[at] as number);
const live = () => readersView(shop.kv.values)?.pointer.live;
const audit = async () =>
  (await shop.pool.query('SELECT action, subject, before, after FROM admin_audit ORDER BY audit_id')).rows;

describe('a rollback', () => {
  test('gives readers the snapshot before, whole, and a second one leads back', async () => {
    expect(await rollBack(shop.context('x'), null)).toMatchObject({ from: third?.(), to: second?.() });
    expect(live()).toBe(second?.());
    expect(await shop.intent()).toMatchObject({ live: second?.(), previous: third?.() });
    await rollBack(shop.context('x'), null);
    expect(live()).toBe(third?.());
    expect(await audit()).toMatchObject([
      { action: 'snapshot.rollback', subject: String(second?.()), before: third?.(), after: second?.() },
      { action: 'snapshot.rollback', subject: String(third?.()) },
    ]);
  });

  test('reaches a snapshot that is only in KV', async () => {
    await rollBack(shop.context('x'), first?.() ?? 0);
    expect(live()).toBe(first?.());
  });

  test('writes again from Postgres what KV has lost', async () => {
    const manifest = readersView(shop.kv.values)?.manifest;
    await rollBack(shop.context('x'), null);
    for (const { key } of manifest === undefined ? [] : partsOf(manifest).slice(0, 3))
      shop.kv.values.delete(key);
    shop.kv.values.delete(manifestKey(third?.() ?? 0));
    expect((await rollBack(shop.context('x'), third?.() ?? 0)).kv_writes).toBeGreaterThan(1);
    expect(live()).toBe(third?.());
  });

  test('is refused for a snapshot that nobody has whole, and changes nothing', async () => {
    shop.kv.values.delete(manifestKey(first?.() ?? 0));
    await shop.pool.query(`DROP TABLE IF EXISTS snapshot_users_${first?.()}`);
    await expect(rollBack(shop.context('x'), first?.() ?? 0)).rejects.toMatchObject({
      code: 'snapshot_gone',
    });
    await expect(rollBack(shop.context('x'), 999)).rejects.toMatchObject({
      code: 'snapshot_unknown',
      remedy: expect.stringContaining(`${third?.()} (live)`),
    });
    expect(live()).toBe(third?.());
  });

  test('moves nobody once the lease is lost', async () => {
    const lost: Lease = { ...HELD_LEASE, assertHeld: () => Promise.reject(new Error('lost')) };
    await expect(rollBack(shop.context('x', lost), null)).rejects.toThrow('lost');
    expect(live()).toBe(third?.());
    expect(await shop.intent()).toMatchObject({ live: third?.() });
  });
});

describe('a purge', () => {
  test('of all but one leaves the live snapshot alone, whole, and nothing to roll back to', async () => {
    const counts = await purgeSnapshots(shop.context('x'), 1);
    expect(counts).toMatchObject({ snapshots_given_up: 2, manifests_deleted: 2 });
    expect(live()).toBe(third?.());
    const manifest = readersView(shop.kv.values)?.manifest;
    const needed = new Set(manifest === undefined ? [] : partsOf(manifest).map(({ key }) => key));
    expect(
      [...shop.kv.values.keys()].filter((key) => key.startsWith('snapshot/part/') && !needed.has(key)),
    ).toEqual([]);
    await expect(rollBack(shop.context('x'), null)).rejects.toMatchObject({ code: 'nothing_to_roll_back' });
    expect(await purgeSnapshots(shop.context('x'), 1)).toMatchObject({
      snapshots_given_up: 0,
      parts_deleted: 0,
    });
  });

  test('of none deletes only what no kept snapshot needs', async () => {
    shop.kv.values.set('snapshot/part/nobody-names-it', Buffer.from('x'));
    expect(await purgeSnapshots(shop.context('x'), 3)).toMatchObject({
      snapshots_given_up: 0,
      parts_deleted: 1,
    });
    await rollBack(shop.context('x'), null);
    expect(live()).toBe(second?.());
  });
});

describe('an empty KV namespace', () => {
  test('is filled from Postgres with the live snapshot and the one before', async () => {
    const before = new Map(shop.kv.values);
    shop.kv.values.clear();
    expect(await rebuildKv(shop.context('x'))).toMatchObject({
      snapshot_id: third?.(),
      previous_snapshot_id: second?.(),
    });
    expect(live()).toBe(third?.());
    const parts = [...shop.kv.values.keys()].filter((key) => key.startsWith('snapshot/part/'));
    expect(parts.filter((key) => !before.has(key))).toEqual([]);
    await rollBack(shop.context('x'), null);
    expect(live()).toBe(second?.());
  });
});

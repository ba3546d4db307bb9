import { mirrorRules } from '../rules/mirrorRules.ts';
import type { Caller } from '../stores/scope.ts';
import type { Administration } from './administration.ts';

/** KV takes one write a second for a key. */
const AGAIN_MS = [1_200, 2_500, 5_000];

/**
 * Writes rules that were changed to KV, which may lag: what cannot be written now is tried again soon, then by the
 * hourly repair.
 */
export async function mirrored(admin: Administration, caller: Caller): Promise<'written' | 'pending'> {
  try {
    await mirrorRules(admin.sql, admin.kv);
    admin.edge.rules.expire();
    return 'written';
  } catch (error) {
    console.error('the rules are saved but not mirrored yet', error);
    caller.waitUntil(mirrorLater(admin));
    return 'pending';
  }
}

async function mirrorLater({ sql, kv, clock, edge }: Administration): Promise<void> {
  for (const ms of AGAIN_MS) {
    await new Promise<void>((resolve) => clock.after(ms, resolve));
    const done = await mirrorRules(sql, kv).catch(() => null);
    if (done !== null) return edge.rules.expire();
  }
}

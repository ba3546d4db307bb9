import { describe, expect, it } from 'vitest';
import { createInteractionsBuilder } from './interactions.ts';
import { chooseTestUsers, leaveOut } from './test-users.ts';

/** User u buys `u % 30 + 1` items, one a day, newest first in the rows. */
function shop() {
  const builder = createInteractionsBuilder();
  for (let user = 0; user < 300; user += 1) {
    for (let day = user % 30; day >= 0; day -= 1) builder.add(`u${user}`, `i${day}`, 1_700_000_000 + day);
  }
  return builder.finish().interactions;
}

describe('the test users', () => {
  const interactions = shop();
  const { tested, part, truth } = chooseTestUsers(interactions, 1);

  it('are a tenth of those with two purchases or more', () => {
    expect(tested.reduce((sum, one) => sum + one, 0)).toBe(29);
    tested.forEach((one, user) => {
      if (one === 1) expect(user % 30).toBeGreaterThan(0);
    });
  });

  it('are known by the oldest nine tenths of their purchases and tested on the newest', () => {
    truth.users.forEach((user, position) => {
      const rows = (user % 30) + 1;
      const newest = Math.max(1, Math.round(rows / 10));
      const wanted = [...truth.item.subarray(truth.start[position], truth.start[position + 1])];
      const names = interactions.items.filter(
        (_, row) => interactions.users[row] === user && part[row] === 1,
      );
      expect(wanted.length).toBe(newest);
      expect(names.length).toBe(newest);
      interactions.items.forEach((_, row) => {
        if (interactions.users[row] !== user) return;
        const day = (interactions.times[row] as number) - 1_700_000_000;
        expect(part[row]).toBe(day < rows - newest ? 0 : 1);
      });
    });
  });

  it('can be left out of a holdout', () => {
    const holdout = new Uint8Array(interactions.length);
    leaveOut(holdout, interactions.users, tested);
    holdout.forEach((one, row) => {
      expect(one).toBe(tested[interactions.users[row] as number] === 1 ? 2 : 0);
    });
  });

  it('are none where nobody bought twice', () => {
    const builder = createInteractionsBuilder();
    for (let user = 0; user < 50; user += 1) builder.add(`u${user}`, 'i', 1_700_000_000 + user);
    expect(chooseTestUsers(builder.finish().interactions, 1).truth.users.length).toBe(0);
  });
});

import { expect, it } from 'vitest';
import { cutHoldout } from './holdout.ts';
import { createInteractionsBuilder } from './interactions.ts';

const DAY = 86_400;
const START = 1_700_000_000;

function shop(time: (user: number, basket: number) => number) {
  const builder = createInteractionsBuilder();
  for (let user = 0; user < 50; user += 1) {
    for (let basket = 0; basket < 20; basket += 1)
      builder.add(`u${user}`, `i${(user + basket) % 30}`, time(user, basket));
  }
  return builder.finish().interactions;
}

it('cuts the last four weeks where times are real, and the four before for the next lesson', () => {
  const interactions = shop((user, basket) => START + (user + 10 * basket) * DAY);
  const last = START + (49 + 190) * DAY;
  for (const index of [0, 1]) {
    const { part, now } = cutHoldout(interactions, 1, index);
    expect(now).toBe(last + 1 - (index + 1) * 28 * DAY);
    interactions.times.forEach((time, row) => {
      expect(part[row]).toBe(time < now ? 0 : time < now + 28 * DAY ? 1 : 2);
    });
  }
});

it('holds out last baskets of about half the users where only the order is known', () => {
  const interactions = shop((_, basket) => basket + 1);
  const { part } = cutHoldout(interactions, 1, 0);
  const held = [...part.keys()].filter((row) => part[row] === 1);
  expect(held.every((row) => interactions.times[row] === 20)).toBe(true);
  expect(held.length).toBeGreaterThan(15);
  expect(held.length).toBeLessThan(35);
});

it('holds out about a tenth of the pairs otherwise, the same for the same seed', () => {
  const interactions = shop(() => 0);
  const { part } = cutHoldout(interactions, 1, 0);
  const held = part.reduce((sum, one) => sum + one, 0);
  expect(held).toBeGreaterThan(60);
  expect(held).toBeLessThan(140);
  expect(cutHoldout(interactions, 1, 0).part).toEqual(part);
  expect(cutHoldout(interactions, 2, 0).part).not.toEqual(part);
});

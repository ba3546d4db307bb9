import { buildAlias, drawAlias } from './alias.ts';
import { DAY_MS, dayWeights, timeOfDay, WINDOW_DAYS } from './calendar.ts';
import { Random, STREAM } from './random.ts';
import type { ShopSize } from './request.ts';

/** Who orders when, and how many lines: arrays by order, earliest first. */
export interface Plan {
  /** Customer number, -1 for a guest. */
  owner: Int32Array;
  /** Milliseconds since 1970. */
  time: Float64Array;
  lines: Uint32Array;
  /** Orders of each customer, at least one. */
  ordersOf: Uint32Array;
}

const LINES_PER_ORDER = 8.42;
const GUEST_SHARE = 0.015;
/** Share of customers with more orders than one, when the mean is as in the target shop. */
const RETURNING_SHARE = 0.17;
const TARGET_EXTRA_ORDERS = 0.2775;
/** Further orders of a returning customer follow a Pareto tail with this exponent (mean about 1.7). */
const LOYALTY_TAIL = 1.94;
/** The most one customer orders, so that in a small shop nobody is a tenth of it. */
const mostOrders = (users: number) => Math.min(400, 10 + users / 50);
/** Lognormal: half of the orders have six lines or fewer, one in a hundred more than forty. */
const BASKET = { mean: 1.76, deviation: 0.86 };
/** Lognormal days between orders: median 25, as in the calibration set. */
const GAP_DAYS = { mean: Math.log(25), deviation: 1.25 };
/** Orders are sorted by (second, number) packed in one double: 26 bits each. */
const SORT_STRIDE = 2 ** 26;

function drawOrderCount(returning: number, most: number, random: Random): number {
  if (random.next() >= returning) return 1;
  return Math.min(most, 1 + Math.floor((1 - random.next()) ** (-1 / LOYALTY_TAIL)));
}

/** Orders per customer with exactly the given sum; those who order much gain or lose what is missing. */
function countOrders(users: number, orders: number, random: Random): Uint32Array {
  const returning = Math.min(0.9, (RETURNING_SHARE * (orders / users - 1)) / TARGET_EXTRA_ORDERS);
  const counts = new Uint32Array(users);
  let total = 0;
  for (let i = 0; i < users; i++)
    total += counts[i] = drawOrderCount(returning, Math.floor(mostOrders(users)), random);
  if (total === orders) return counts;
  const owners = new Int32Array(Math.max(total, orders));
  let filled = 0;
  for (let i = 0; i < users; i++) {
    owners.fill(i, filled, filled + (counts[i] as number));
    filled += counts[i] as number;
  }
  while (total > orders) {
    const i = owners[random.below(filled)] as number;
    if ((counts[i] as number) < 2) continue;
    counts[i] = (counts[i] as number) - 1;
    total -= 1;
  }
  for (; filled < orders; filled++) {
    const i = owners[random.below(filled)] as number;
    owners[filled] = i;
    counts[i] = (counts[i] as number) + 1;
  }
  return counts;
}

/** Days of one customer's orders within the window: a first day by season, then gaps, shrunk where they do not fit. */
function drawDays(count: number, drawDay: () => number, random: Random): number[] {
  const offsets = [0];
  let span = 0;
  for (let i = 1; i < count; i++) {
    span += Math.exp(GAP_DAYS.mean + GAP_DAYS.deviation * random.normal());
    offsets.push(span);
  }
  const room = WINDOW_DAYS - 1;
  const shrink = span > room ? room / span : 1;
  let start = drawDay();
  for (let attempt = 0; attempt < 12 && start + span * shrink > room; attempt++) start = drawDay();
  if (start + span * shrink > room) start = random.next() * (room - span * shrink);
  return offsets.map((offset) => Math.floor(start + offset * shrink));
}

function drawTimes(ordersOf: Uint32Array, orders: number, size: ShopSize, random: Random) {
  const days = buildAlias(dayWeights(size.untilMs));
  const drawDay = () => drawAlias(days, random);
  const owner = new Int32Array(orders).fill(-1);
  const keys = new Float64Array(orders);
  let next = 0;
  const place = (day: number) => {
    keys[next] = (day * (DAY_MS / 1000) + timeOfDay(random) / 1000) * SORT_STRIDE + next;
    next += 1;
  };
  for (let i = 0; i < ordersOf.length; i++) {
    for (const day of drawDays(ordersOf[i] as number, drawDay, random)) {
      owner[next] = i;
      place(day);
    }
  }
  while (next < orders) place(drawDay());
  keys.sort();
  const startMs = size.untilMs - WINDOW_DAYS * DAY_MS;
  return {
    owner: owner.map((_, i) => owner[(keys[i] as number) % SORT_STRIDE] as number),
    time: keys.map((key) => startMs + Math.floor(key / SORT_STRIDE) * 1000),
  };
}

/** Lines per order with exactly the given sum: lognormal sizes, scaled, with the remainder carried on. */
function drawSizes(orders: number, lines: number, random: Random): Uint32Array {
  const raw = new Float64Array(orders);
  let sum = 0;
  for (let i = 0; i < orders; i++) {
    raw[i] = Math.round(Math.exp(BASKET.mean + BASKET.deviation * random.normal())) || 1;
    sum += (raw[i] as number) - 1;
  }
  const scale = sum === 0 ? 0 : (lines - orders) / sum;
  const sizes = new Uint32Array(orders).fill(1);
  let wanted = 0;
  let given = 0;
  for (let i = 0; i < orders; i++) {
    wanted += ((raw[i] as number) - 1) * scale;
    const extra = Math.max(0, Math.round(wanted - given));
    given += extra;
    sizes[i] = 1 + extra;
  }
  sizes[orders - 1] = (sizes[orders - 1] as number) + (lines - orders - given);
  return sizes;
}

/** Plans every order of the window. The number of lines is exactly the one asked for. */
export function planOrders(size: ShopSize): Plan {
  const random = new Random(size.seed, STREAM.plan);
  const orders = Math.min(size.lines, Math.max(size.users, Math.round(size.lines / LINES_PER_ORDER)));
  const guests = Math.min(orders - size.users, Math.round(orders * GUEST_SHARE));
  const ordersOf = countOrders(size.users, orders - guests, random);
  const { owner, time } = drawTimes(ordersOf, orders, size, random);
  return { owner, time, ordersOf, lines: drawSizes(orders, size.lines, random) };
}

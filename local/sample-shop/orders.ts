import { AISLES } from './assortment.ts';
import { basketFiller, type Floor } from './baskets.ts';
import { DAY_MS, discountOn, WINDOW_DAYS } from './calendar.ts';
import { readinessOf } from './fashion.ts';
import { customerId, homeOf } from './people.ts';
import { asTyped, drawPlace, type Place } from './places.ts';
import type { Plan } from './plan.ts';
import { arrangeShelves, demandOf } from './popularity.ts';
import { SERVICES } from './product.ts';
import { Random, STREAM } from './random.ts';
import type { ShopSize } from './request.ts';
import type { Stock } from './stock.ts';
import { customerTaste, missionOf, tasteOf } from './taste.ts';
import { trackUnsold } from './unsold.ts';

type OrderStatus = 'completed' | 'cancelled' | 'returned';

interface ShopOrderLine {
  productId: string;
  quantity: number;
  /** Whole rupees a piece, after discount. */
  unitPrice: number;
}

/** `customerId` is null for a guest; places are as staff typed them. */
export interface ShopOrder {
  orderId: string;
  orderedAtMs: number;
  customerId: string | null;
  status: OrderStatus;
  province: string;
  city: string;
  lines: ShopOrderLine[];
}

const FIRST_ID = 1_000_001;
const CANCELLED = 0.022;
const RETURNED = 0.013;
const SENT_ELSEWHERE = 0.03;
const YEARLY_INFLATION = 0.1;
/** What a customer is remembered for; more would only matter to the few who buy every other day. */
const REMEMBERED = 80;

function drawStatus(random: Random): OrderStatus {
  const roll = random.next();
  if (roll < CANCELLED) return 'cancelled';
  return roll < CANCELLED + RETURNED ? 'returned' : 'completed';
}

function drawPieces(mean: number, random: Random): number {
  if (mean <= 1) return 1;
  return 1 + Math.floor(Math.log(1 - random.next()) / Math.log(1 - 1 / mean));
}

/** Earlier prices were lower; sales are off the price of the day. */
function priceOn(listPrice: number, ms: number, untilMs: number): number {
  const years = (untilMs - ms) / (365 * DAY_MS);
  return Math.max(1, Math.round(listPrice * (1 - YEARLY_INFLATION * years) * (1 - discountOn(ms))));
}

/** Product number of the service that goes onto the order, or -1. */
function drawService(stock: Stock, random: Random): number {
  let roll = random.next();
  for (let i = stock.merchandise; i < stock.products.length; i++) {
    roll -= SERVICES[i - stock.merchandise]?.shareOfOrders ?? 0;
    if (roll < 0) return i;
  }
  return -1;
}

function lineOf(stock: Stock, product: number, ms: number, untilMs: number, random: Random): ShopOrderLine {
  const { productId, price } = stock.products[product] as (typeof stock.products)[number];
  if (product >= stock.merchandise) return { productId, quantity: 1, unitPrice: price };
  const quantity = drawPieces(AISLES[stock.aisleOf[product] as number]?.pieces ?? 1, random);
  return { productId, quantity, unitPrice: priceOn(price, ms, untilMs) };
}

/** What returning customers bought so far; forgotten after their last order. */
function rememberPurchases(ordersOf: Uint32Array) {
  const ordersLeft = ordersOf.slice();
  const bought = new Map<number, number[]>();
  return {
    of: (customer: number): readonly number[] => bought.get(customer) ?? [],
    add: (customer: number, basket: readonly number[]) => {
      if (customer < 0) return;
      const left = (ordersLeft[customer] as number) - 1;
      ordersLeft[customer] = left;
      if (left === 0) bought.delete(customer);
      else bought.set(customer, [...(bought.get(customer) ?? []), ...basket].slice(-REMEMBERED));
    },
  };
}

/** Yields the orders of the plan, earliest first. Memory does not grow with the number of lines. */
export function* writeOrders(
  size: ShopSize,
  stock: Stock,
  plan: Plan,
): Generator<ShopOrder, void, undefined> {
  const shelves = arrangeShelves(stock, demandOf(stock, size.seed));
  const readiness = readinessOf(stock, size.seed, size.untilMs);
  const floor: Floor = { stock, shelves, readiness, unsold: trackUnsold(stock.merchandise) };
  const fillBasket = basketFiller(floor);
  const purchases = rememberPurchases(plan.ordersOf);
  const windowStartMs = size.untilMs - WINDOW_DAYS * DAY_MS;
  let linesLeft = size.lines;
  for (let order = 0; order < plan.owner.length; order++) {
    const random = new Random(size.seed, STREAM.order, order);
    const customer = plan.owner[order] as number;
    const ms = plan.time[order] as number;
    const lines = plan.lines[order] as number;
    const home: Place = customer < 0 ? drawPlace(random) : homeOf(size.seed, customer);
    const taste =
      customer < 0
        ? tasteOf(random, shelves, stock.styles, home.province)
        : customerTaste(size.seed, customer, shelves, stock.styles, home.province);
    const mission = missionOf(taste, shelves, stock.styles, random);
    const service = lines > 1 && linesLeft > 2 * stock.merchandise ? drawService(stock, random) : -1;
    const visit = {
      order,
      day: Math.floor((ms - windowStartMs) / DAY_MS),
      lines: service < 0 ? lines : lines - 1,
      mission,
      history: purchases.of(customer),
      linesLeft,
    };
    const basket = fillBasket(visit, random);
    purchases.add(customer, basket);
    linesLeft -= lines;
    if (service >= 0) basket.push(service);
    const place = random.next() < SENT_ELSEWHERE ? drawPlace(random) : home;
    yield {
      orderId: String(FIRST_ID + order),
      orderedAtMs: ms,
      customerId: customer < 0 ? null : customerId(customer),
      status: drawStatus(random),
      province: asTyped(place.province, random),
      city: asTyped(place.city, random),
      lines: basket.map((product) => lineOf(stock, product, ms, size.untilMs, random)),
    };
  }
}

import { createInteractionsBuilder } from '../../local/engine/interactions.ts';
import type { RecommenderModel } from '../../local/engine/model.ts';
import { createRandom } from '../../local/engine/random.ts';
import { trainRecommender } from '../../local/engine/train.ts';
import { type Reliability, reliability } from './calibration.ts';
import { csvRows, dataFile } from './data.ts';
import { listsOf, mean } from './lists.ts';
import type { Log, ProtocolResult } from './result.ts';

const DAY = 86_400;
const CUT = Date.UTC(2018, 7, 1) / 1000;
const END = Date.UTC(2018, 8, 1) / 1000;
const JULY = Date.UTC(2018, 6, 1) / 1000;
const WINDOWS = [3, 7, 14, 28, 56, 112, 1000];

interface Line {
  readonly time: number;
  readonly customer: string;
  readonly city: string;
  readonly state: string;
  readonly product: string;
}

/**
 * Olist: train before August 2018, truth = each customer's August purchases; the customer is known by city, state
 * and earlier orders only; all items ranked. Against popularity, overall and by state, its window tuned on July.
 */
export async function measureOlist(log: Log): Promise<ProtocolResult | null> {
  const path = dataFile('olist', 'order_lines.csv.gz');
  if (path === null) return null;
  const started = Date.now();
  const lines = await readLines(path);
  const engine = await engineHits(lines, log);
  const hits = {
    engine: engine.hits,
    overall: popularHits(lines, null),
    state: popularHits(lines, 'state'),
  };
  const rates = [hits.engine, hits.overall, hits.state].map(mean);
  const interval = (other: readonly number[]) =>
    bootstrapInterval(hits.engine.map((hit, at) => hit - (other[at] as number)))
      .map((bound) => bound.toFixed(4))
      .join(' … ');
  return {
    protocol: 'Olist, August 2018',
    metrics: ['HR@10'],
    ours: [rates[0] as number],
    goal: [rates[1] as number],
    aim: [1.25 * (rates[1] as number)],
    published: [
      { name: 'popularity overall', values: [rates[1] as number] },
      { name: 'popularity by state', values: [rates[2] as number] },
    ],
    notes: [
      `${hits.engine.length} customers; difference to overall popularity, 95 %: ${interval(hits.overall)}`,
      `difference to popularity by state, 95 %: ${interval(hits.state)}`,
    ],
    reliability: engine.reliability,
    seconds: (Date.now() - started) / 1000,
  };
}

async function readLines(path: string): Promise<Line[]> {
  const lines: Line[] = [];
  for await (const row of csvRows(path)) {
    const {
      status = '',
      ordered_at: at = '',
      customer_id: customer = '',
      city = '',
      state = '',
      product_id: product = '',
    } = row;
    if (status === 'canceled' || status === 'unavailable') continue;
    lines.push({ time: Date.parse(`${at}Z`) / 1000, customer, city: `${state}/${city}`, state, product });
  }
  return lines;
}

/** What each customer of [from, to) bought there, with the place given, in order of appearance. */
function truthIn(
  lines: readonly Line[],
  from: number,
  to: number,
): Map<string, { wanted: Set<string>; state: string }> {
  const truth = new Map<string, { wanted: Set<string>; state: string }>();
  for (const { time, customer, product, state } of lines) {
    if (time < from || time >= to) continue;
    const one = truth.get(customer) ?? { wanted: new Set<string>(), state };
    one.wanted.add(product);
    truth.set(customer, one);
  }
  return truth;
}

async function engineHits(
  lines: readonly Line[],
  log: Log,
): Promise<{ hits: number[]; reliability: Reliability }> {
  const builder = createInteractionsBuilder();
  const places = { state: new Map<number, string>(), city: new Map<number, string>() };
  for (const { time, customer, product, city, state } of lines) {
    if (time < CUT) builder.add(customer, product, time);
    if (time >= END) continue;
    const user = builder.addUser(customer);
    places.state.set(user, state);
    places.city.set(user, city);
  }
  const truth = truthIn(lines, CUT, END);
  const { interactions, userIds, itemIds } = builder.finish();
  const attributes = Object.entries(places).map(([name, values]) => ({
    name,
    codes: codesOf(values, userIds.length),
  }));
  const model = await trainRecommender({
    interactions,
    userIds,
    itemIds,
    userFacts: { attributes },
    seed: 1,
    now: CUT,
    log,
  });
  const userOf = new Map(userIds.map((id, index) => [id, index] as const));
  const asked = [...truth.keys()].map((customer) => userOf.get(customer) ?? -1);
  const lists = await listsOf(model, asked, { k: 10 });
  const hits = [...truth].map(([customer, { wanted }]) => {
    const list = lists.get(userOf.get(customer) ?? -1)?.ids ?? new Int32Array(0);
    return list.some((item) => wanted.has(itemIds[item] ?? '')) ? 1 : 0;
  });
  return { hits, reliability: await reliabilityOf(model, truth) };
}

/** Of the chances of customers with earlier orders: of the others nobody knew that they would come at all. */
async function reliabilityOf(
  model: RecommenderModel,
  truth: ReadonlyMap<string, { wanted: ReadonlySet<string> }>,
): Promise<Reliability> {
  const { userIds, itemIds } = model;
  const { baskets } = model.scorer.signals.history;
  const itemOf = new Map(itemIds.map((id, index) => [id, index] as const));
  const known = [...userIds.keys()].filter((user) => (baskets[user] as number) > 0);
  const bought = new Map(
    known.map((user) => {
      const wanted = truth.get(userIds[user] ?? '')?.wanted ?? new Set<string>();
      return [user, new Set([...wanted].map((id) => itemOf.get(id) ?? -1))] as const;
    }),
  );
  return reliability('Olist, August 2018, earlier customers', await listsOf(model, known, { k: 50 }), bought);
}

function codesOf(values: ReadonlyMap<number, string>, count: number): Int32Array {
  const codes = new Map<string, number>();
  return Int32Array.from({ length: count }, (_, user) => {
    const value = values.get(user);
    if (value === undefined) return -1;
    const code = codes.get(value) ?? codes.size;
    codes.set(value, code);
    return code;
  });
}

/** Hits of the ten best sellers of a window before the cut, overall or in the customer's state. */
function popularHits(lines: readonly Line[], by: 'state' | null): number[] {
  const july = WINDOWS.map((days) => mean(hitsWith(lines, { days, by, cut: JULY, end: CUT })));
  const days = WINDOWS[july.indexOf(Math.max(...july))] as number;
  return hitsWith(lines, { days, by, cut: CUT, end: END });
}

function hitsWith(
  lines: readonly Line[],
  of: { days: number; by: 'state' | null; cut: number; end: number },
): number[] {
  const counts = new Map<string, Map<string, number>>();
  for (const { time, product, state } of lines) {
    if (time >= of.cut || time < of.cut - of.days * DAY) continue;
    for (const group of of.by === 'state' ? ['', state] : ['']) {
      const sold = counts.get(group) ?? new Map<string, number>();
      sold.set(product, (sold.get(product) ?? 0) + 1);
      counts.set(group, sold);
    }
  }
  const tops = new Map(
    [...counts].map(
      ([group, sold]) =>
        [
          group,
          [...sold]
            .sort((a, b) => b[1] - a[1])
            .slice(0, 10)
            .map(([id]) => id),
        ] as const,
    ),
  );
  return [...truthIn(lines, of.cut, of.end).values()].map(({ wanted, state }) => {
    const own = of.by === 'state' ? (tops.get(state) ?? []) : [];
    const list = [...new Set([...own, ...(tops.get('') ?? [])])].slice(0, 10);
    return list.some((product) => wanted.has(product)) ? 1 : 0;
  });
}

/** 95 % interval of the mean, from 1,000 seeded resamples. */
function bootstrapInterval(values: readonly number[]): [number, number] {
  const random = createRandom(1);
  const means = Array.from({ length: 1_000 }, () => {
    let sum = 0;
    for (let draw = 0; draw < values.length; draw += 1)
      sum += values[Math.floor(random() * values.length)] as number;
    return sum / Math.max(1, values.length);
  }).sort((left, right) => left - right);
  return [means[25] as number, means[974] as number];
}

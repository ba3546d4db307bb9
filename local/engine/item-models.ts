import { type Columns, createColumns } from './columns.ts';
import { type CooccurrenceInput, strengthOf, userScales } from './cooccurrence.ts';
import type { Gram } from './gram.ts';
import { type History, type Holders, sampledHoldersOf } from './history.ts';
import type { Pool } from './parallel/pool.ts';
import { sharedFloat32 } from './shared-arrays.ts';
import { itemScales, itemSizes } from './walk.ts';

/** Settings of the two item-to-item models; chosen by size, see `settingsFor`. */
export interface ItemModelSettings {
  readonly neighbours: number;
  readonly walkWidth: number;
  readonly ridgePenalty: number;
  /** Gram rows kept when the square does not fit. */
  readonly gramWidth: number;
  /** Both models weigh a user's evidence by (their items)^-exponent. */
  readonly ridgeUserExponent: number;
  readonly walkUserExponent: number;
  /** 1 = every source hands out the same total, 0 = as much as it has. */
  readonly walkRowExponent: number;
  readonly walkTargetExponent: number;
}

/** The full Gram square is kept up to this many items: 4 bytes × items². */
const LARGEST_DENSE = 6_000;

/** Beyond this many items the ridge, whose cost is items × neighbours³, makes do with fewer neighbours. */
const MANY_ITEMS = 20_000;

/** Additions a pass over all users' walks may cost: pairs × width. */
const WALK_ADDITIONS = 4e8;
/** Cells of the walk model: 8 bytes each, twice while it is turned round. */
const WALK_CELLS = 3e7;
/** Beyond this share of the items, neighbours are noise. */
const MOST_NEIGHBOUR_SHARE = 0.02;
const WALK_WIDTHS = { least: 100, most: 800 };

/** As wide as time and memory allow: on sparse data with many items the tail of the neighbours still tells. */
function walkWidthFor(history: History): number {
  const byTime = WALK_ADDITIONS / Math.max(1, history.item.length);
  const bySpace = WALK_CELLS / Math.max(1, history.itemCount);
  const byItems = MOST_NEIGHBOUR_SHARE * history.itemCount;
  return Math.round(Math.max(WALK_WIDTHS.least, Math.min(WALK_WIDTHS.most, byTime, bySpace, byItems)));
}

export function settingsFor(history: History): ItemModelSettings {
  return {
    neighbours: history.itemCount <= MANY_ITEMS ? 100 : 70,
    walkWidth: walkWidthFor(history),
    ridgePenalty: 10,
    ridgeUserExponent: 0.4,
    gramWidth: 400,
    walkUserExponent: 0.566,
    walkRowExponent: 0.7,
    walkTargetExponent: 0.05,
  };
}

export interface ItemModels {
  readonly ridge: Columns;
  readonly walk: Columns;
}

/** Users that item models are learnt from, at most. */
const MOST_EVIDENCE_USERS = 400_000;

/** The purchases that item models are learnt from. */
export function evidenceOf(history: History): Holders {
  return sampledHoldersOf(history, MOST_EVIDENCE_USERS);
}

/** Trains both models. The Gram matrix is released before returning. */
export async function trainItemModels(
  history: History,
  settings: ItemModelSettings,
  pool: Pool,
): Promise<ItemModels> {
  const holders = evidenceOf(history);
  const gram = await trainGram(history, holders, settings, pool);
  const ridge = await trainRidge(gram, settings, pool);
  const walk = await trainWalk(history, holders, settings, pool);
  return { ridge, walk };
}

/** Every item's nearest by cosine; the rest of the Gram matrix is not kept. */
export async function trainNearest(
  history: History,
  holders: Holders,
  settings: ItemModelSettings,
  pool: Pool,
): Promise<Columns> {
  const { nearest } = await runGram({ history, holders, settings, form: 'nearest' }, pool);
  return nearest;
}

/** The Gram matrix as the ridge needs it: see `Gram`. */
export function trainGram(
  history: History,
  holders: Holders,
  settings: ItemModelSettings,
  pool: Pool,
): Promise<Gram> {
  const form = history.itemCount <= LARGEST_DENSE ? 'dense' : 'sparse';
  return runGram({ history, holders, settings, form }, pool);
}

async function runGram(
  of: {
    readonly history: History;
    readonly holders: Holders;
    readonly settings: ItemModelSettings;
    readonly form: 'dense' | 'sparse' | 'nearest';
  },
  pool: Pool,
): Promise<Gram> {
  const { history, holders, settings, form } = of;
  const { itemCount, userCount } = history;
  const input: CooccurrenceInput = {
    history,
    holders,
    userScale: userScales(history, settings.ridgeUserExponent, sharedFloat32(userCount)),
    byFrequency: false,
  };
  const gram: Gram = {
    itemCount,
    dense: form === 'dense' ? sharedFloat32(itemCount * itemCount) : null,
    sparse: form !== 'sparse' ? null : createColumns(itemCount, Math.min(settings.gramWidth, itemCount)),
    diagonal: itemSizes(input, sharedFloat32(itemCount)),
    nearest: createColumns(itemCount, Math.min(settings.neighbours, itemCount)),
  };
  await pool.run('gram', { ...input, gram }, { count: itemCount, chunk: 16 });
  return gram;
}

export async function trainRidge(gram: Gram, settings: ItemModelSettings, pool: Pool): Promise<Columns> {
  const out = createColumns(gram.itemCount, gram.nearest.width);
  const penalty = settings.ridgePenalty;
  await pool.run('ridge', { gram, penalty, out }, { count: gram.itemCount, chunk: 16 });
  return out;
}

/** RP3beta with frequency: a user's evidence for an item grows with the share of baskets that held it. */
async function trainWalk(
  history: History,
  holders: Holders,
  settings: ItemModelSettings,
  pool: Pool,
): Promise<Columns> {
  const { itemCount, userCount } = history;
  const userScale = userScales(history, settings.walkUserExponent, sharedFloat32(userCount));
  const input: CooccurrenceInput = { history, holders, userScale, byFrequency: true };
  const degrees = Float32Array.from(
    { length: itemCount },
    (_, item) => (holders.start[item + 1] as number) - (holders.start[item] as number),
  );
  const targetScale = itemScales(degrees, settings.walkTargetExponent, sharedFloat32(itemCount));
  const sourceScale = rowScales(input, targetScale, settings.walkRowExponent);
  const out = createColumns(itemCount, Math.min(settings.walkWidth, itemCount));
  await pool.run(
    'walk',
    { ...input, power: 1, sourceScale, targetScale, out },
    { count: itemCount, chunk: 16 },
  );
  return out;
}

/**
 * (Σ over targets of a source's unnormalised weights)^-exponent. Evening the sources out completely
 * gives rare items too much say: measured on Gowalla, 0.7 finds 5 % more than 1.
 * One pass over the pairs: the sum over a user's targets is shared by all of the user's sources.
 */
function rowScales(input: CooccurrenceInput, targetScale: Float32Array, exponent: number): Float32Array {
  const { history, holders, userScale } = input;
  const scales = sharedFloat32(history.itemCount);
  const perUser = new Float64Array(history.userCount);
  for (let user = 0; user < history.userCount; user += 1) {
    let sum = 0;
    for (let entry = history.start[user] as number; entry < (history.start[user + 1] as number); entry += 1) {
      sum += strengthOf(input, entry, user) * (targetScale[history.item[entry] as number] as number);
    }
    perUser[user] = sum * (userScale[user] as number);
  }
  for (let item = 0; item < history.itemCount; item += 1) {
    let sum = 0;
    for (let at = holders.start[item] as number; at < (holders.start[item + 1] as number); at += 1) {
      const user = holders.user[at] as number;
      const own = strengthOf(input, holders.entry[at] as number, user);
      sum += (perUser[user] as number) - own * (targetScale[item] as number) * (userScale[user] as number);
    }
    scales[item] = sum > 0 ? sum ** -exponent : 0;
  }
  return scales;
}

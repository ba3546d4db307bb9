import { type Columns, createColumns } from './columns.ts';
import { type Evidence, evidenceOf, itemSizes } from './evidence.ts';
import type { Gram } from './gram.ts';
import type { History } from './history.ts';
import { holdersOf } from './holders.ts';
import type { Pool } from './parallel/pool.ts';
import { timed } from './phases.ts';
import { sharedFloat32 } from './shared-arrays.ts';
import { type Walk, walkScales } from './walk.ts';

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

/** Additions a pass over all users' walks may cost: pairs × width. */
const WALK_ADDITIONS = 3e8;
/** Cells of the walk model: 8 bytes each, twice while it is turned round. */
const WALK_CELLS = 3e7;
/** Beyond this share of the items, neighbours are noise. */
const MOST_NEIGHBOUR_SHARE = 0.012;
const WALK_WIDTHS = { least: 50, most: 800 };

/** As wide as time and memory allow: on sparse data with many items the tail of the neighbours still tells. */
function walkWidthFor(history: History): number {
  const byTime = WALK_ADDITIONS / Math.max(1, history.item.length);
  const bySpace = WALK_CELLS / Math.max(1, history.itemCount);
  const byItems = MOST_NEIGHBOUR_SHARE * history.itemCount;
  return Math.round(Math.max(WALK_WIDTHS.least, Math.min(WALK_WIDTHS.most, byTime, bySpace, byItems)));
}

export function settingsFor(history: History): ItemModelSettings {
  return {
    neighbours: 50,
    walkWidth: walkWidthFor(history),
    ridgePenalty: 10,
    ridgeUserExponent: 0.4,
    gramWidth: 120,
    walkUserExponent: 0.566,
    walkRowExponent: 0.7,
    walkTargetExponent: 0.05,
  };
}

export interface ItemModels {
  readonly ridge: Columns;
  readonly walk: Columns;
}

/** Trains both models. The Gram matrix is released before returning. */
export async function trainItemModels(
  history: History,
  settings: ItemModelSettings,
  pool: Pool,
): Promise<ItemModels> {
  const evidence = evidenceOf(history);
  const { itemCount } = history;
  const out = createColumns(itemCount, Math.min(settings.walkWidth, itemCount));
  const scales = timed('walk scales', () =>
    walkScales(evidence, {
      user: settings.walkUserExponent,
      row: settings.walkRowExponent,
      target: settings.walkTargetExponent,
    }),
  );
  const form = itemCount <= LARGEST_DENSE ? 'dense' : 'sparse';
  const gram = await relate({ evidence, settings, form, walk: { ...scales, out } }, pool);
  return { ridge: await trainRidge(gram, settings, pool), walk: out };
}

/** The nearest by cosine of every item (`targets`: of some only); the rest of the Gram matrix is not kept. */
export async function trainNearest(
  history: History,
  of: { readonly width: number; readonly targets?: Int32Array; readonly pool: Pool },
): Promise<Columns> {
  const { width, targets, pool } = of;
  const settings = { ...settingsFor(history), neighbours: width };
  const evidence = evidenceOf(history);
  const { nearest } = await relate({ evidence, settings, form: 'nearest', walk: null, targets }, pool);
  return nearest;
}

type GramForm = 'dense' | 'sparse' | 'nearest';

/** One pass over the pairs of items: the Gram matrix as the ridge needs it (see `Gram`), and the walk if asked for. */
async function relate(
  of: {
    readonly evidence: Evidence;
    readonly settings: ItemModelSettings;
    readonly form: GramForm;
    readonly walk: Walk | null;
    readonly targets?: Int32Array | undefined;
  },
  pool: Pool,
): Promise<Gram> {
  const { evidence, settings, form, walk } = of;
  const { history } = evidence;
  const { itemCount } = history;
  const gram: Gram = {
    itemCount,
    dense: form === 'dense' ? sharedFloat32(itemCount * itemCount) : null,
    sparse: form !== 'sparse' ? null : createColumns(itemCount, Math.min(settings.gramWidth, itemCount)),
    diagonal: itemSizes(evidence, settings.ridgeUserExponent),
    nearest: createColumns(itemCount, Math.min(settings.neighbours, itemCount)),
  };
  const pairs = {
    history,
    holders: holdersOf(evidence, walk === null ? null : settings.walkUserExponent),
    ridgeExponent: settings.ridgeUserExponent,
  };
  const targets = of.targets ?? null;
  const count = targets?.length ?? itemCount;
  await pool.run('relate', { pairs, gram, walk, targets }, { count, chunk: 16 });
  return gram;
}

async function trainRidge(gram: Gram, settings: ItemModelSettings, pool: Pool): Promise<Columns> {
  const out = createColumns(gram.itemCount, gram.nearest.width);
  const penalty = settings.ridgePenalty;
  await pool.run('ridge', { gram, penalty, out }, { count: gram.itemCount, chunk: 16 });
  return out;
}

import type { RecommendationField } from '../../shared/api/recommendationFields.ts';
import { lazily } from '../../shared/lazily.ts';
import type { Filter } from '../content/filter.ts';
import type { PopularWhere } from '../content/popularSteps.ts';
import type { Live } from '../content/recommend.ts';
import type { Edge } from '../edge.ts';
import type { Incoming } from '../incoming.ts';
import type { Edition } from '../kept/edition.ts';
import type { Shown } from '../kept/keptAnswers.ts';
import { placeOfRequest } from '../place.ts';
import { ProblemError } from '../problem.ts';
import type { Reader } from '../stores/ladder.ts';
import { together } from '../stores/suspend.ts';
import { type Customer, readCustomer } from './customer.ts';

/** The parameters that lists share, as the schemas of shared/api/query.ts give them. */
export interface ListQuery {
  readonly limit?: number | undefined;
  readonly numResults?: number | undefined;
  readonly offset?: number | undefined;
  readonly exclude?: readonly string[] | undefined;
  readonly exclude_bought?: boolean | undefined;
  readonly price_min?: number | undefined;
  readonly price_max?: number | undefined;
  readonly in_stock?: boolean | undefined;
  readonly province?: string | null | undefined;
  readonly city?: string | null | undefined;
  readonly category?: string | null | undefined;
  readonly fields?: readonly RecommendationField[] | undefined;
  readonly items?: readonly string[] | undefined;
  readonly context?: readonly string[] | undefined;
  readonly id_source?: string | undefined;
}

/** Item numbers of the products a question names; unknown ones are left out. */
export interface NamedItems {
  /** The products the list is about. */
  readonly seeds: readonly number[];
  /** Products being looked at. */
  readonly context: readonly number[];
  readonly excluded: readonly number[];
}

/** One request for lists: what was asked, and what is read for it, at most once. */
export interface Question {
  readonly edge: Edge;
  readonly reader: Reader;
  readonly incoming: Incoming;
  readonly userId: string | null;
  /** What it is answered from, as far as it was in memory when the question was opened. */
  readonly edition: Edition | null;
  /** Whose list it is about, and what the caller may see of it. */
  readonly shown: Shown | null;
  readonly place: { readonly province: string | null; readonly city: string | null };
  /** Path from the department down, or one name; empty: none asked for. */
  readonly category: readonly string[];
  readonly filter: Omit<Filter, 'category'>;
  readonly fields: readonly RecommendationField[] | null;
  readonly excludeBought: boolean;
  /** Where the request comes from. Another one with the same address may come from elsewhere. */
  readonly ownPlace: () => PopularWhere;
  /** Whether that was asked for. */
  readonly usesOwnPlace: () => boolean;
  // Each may break off where something is not in memory yet (stores/suspend.ts).
  readonly live: () => Live;
  readonly items: () => NamedItems;
  readonly customer: () => Customer;
}

export interface Asking {
  readonly edge: Edge;
  readonly reader: Reader;
  readonly incoming: Incoming;
  readonly query: ListQuery;
  readonly userId?: string | null | undefined;
  /** The product of the path; one more seed. */
  readonly productId?: string | null;
}

/** Opens a question: asks who may see what of the customer it names. Throws ProblemError. */
export async function openQuestion(asking: Asking): Promise<Question> {
  const { edge, reader, incoming, query, userId = null, productId } = asking;
  const { price_min: priceMin = null, price_max: priceMax = null } = query;
  if (priceMin !== null && priceMax !== null && priceMin > priceMax)
    throw new ProblemError('invalid_parameter', 'price_min must not be above price_max', 'price_min');
  const place = { province: query.province ?? null, city: query.city ?? null };
  const idSource = query.id_source ?? null;
  const access = userId === null ? null : await edge.access.of(incoming, { userId, idSource });
  const named = {
    seeds: [...(productId ? [productId] : []), ...(query.items ?? [])],
    context: query.context ?? [],
    excluded: query.exclude ?? [],
  };
  const shown = userId === null || access === null ? null : { userId, idSource, access };
  let isPlaced = false;
  const ownPlace = () => {
    isPlaced = true;
    return placeOfRequest(incoming.request);
  };
  return {
    ...{ edge, reader, incoming, userId, place, ownPlace },
    usesOwnPlace: () => isPlaced,
    // Nothing has been read yet.
    edition: edge.kept.edition(shown, incoming.at),
    shown,
    category: query.category ? categoryPathOf(query.category) : [],
    filter: { priceMin, priceMax, inStock: query.in_stock ?? true },
    fields: query.fields ?? null,
    excludeBought: query.exclude_bought ?? false,
    // What was once worked out stays as it is for the whole question, however often work has to begin anew.
    live: lazily(() => readLive(edge, reader)),
    items: lazily(() => readItems(edge, reader, named, idSource)),
    customer: lazily(() => readCustomer(edge, reader, { access, userId, idSource, place, ownPlace })),
  };
}

const DEFAULT_LIMIT = 10;

/** `numResults` is the older name of `limit`. */
export function pageOf(query: Pick<ListQuery, 'limit' | 'numResults' | 'offset'>): {
  limit: number;
  offset: number;
} {
  return { limit: query.limit ?? query.numResults ?? DEFAULT_LIMIT, offset: query.offset ?? 0 };
}

/** "Bedding > Mattresses", department first, as a path. */
function categoryPathOf(category: string): string[] {
  return category
    .split('>')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function readLive(edge: Edge, reader: Reader): Live {
  const [rules, availability] = together(
    () => edge.rules.read(reader),
    () => edge.overlay.availability(reader),
  );
  return { rules, availability, now: edge.clock.now() };
}

const NOTHING_NAMED: NamedItems = { seeds: [], context: [], excluded: [] };

/** Product numbers of all ids a question names, in one read. */
function readItems(
  edge: Edge,
  reader: Reader,
  named: Readonly<Record<keyof NamedItems, readonly string[]>>,
  idSource: string | null,
): NamedItems {
  const ids = [...new Set([...named.seeds, ...named.context, ...named.excluded])];
  if (ids.length === 0) return NOTHING_NAMED;
  const numbers = new Map(
    itemNumbersOf(edge, reader, ids, idSource).map((item, i) => [ids[i], item] as const),
  );
  const of = (wanted: readonly string[]) => [
    ...new Set(wanted.map((id) => numbers.get(id) ?? null).filter((item) => item !== null)),
  ];
  return { seeds: of(named.seeds), context: of(named.context), excluded: of(named.excluded) };
}

/** An id of the source named by the caller; without one of the shop's usual source, else of any. */
export function itemNumbersOf(
  edge: Edge,
  reader: Reader,
  ids: readonly string[],
  idSource: string | null,
): readonly (number | null)[] {
  if (ids.length === 0) return [];
  const source = idSource ?? edge.config.ID_SOURCE;
  const read = (from: string | null) => reader.read('product_index', (store) => store.itemNumbers(ids, from));
  if (source === null) return read(null).value;
  const { value } = read(source);
  if (idSource !== null || !value.includes(null)) return value;
  const { value: own } = read(null);
  return value.map((item, i) => item ?? own[i] ?? null);
}

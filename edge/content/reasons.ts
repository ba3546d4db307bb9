import type { Reader } from '../stores/ladder.ts';
import type { Candidate } from './candidate.ts';

/** The product a reason speaks of. */
export interface Reference {
  readonly product_id: string;
  readonly product_name: string;
}

/** The products that reasons speak of, by item number, in one read. */
export function readReferences(
  reader: Reader,
  candidates: readonly Candidate[],
): ReadonlyMap<number, Reference> {
  const items = [...new Set(candidates.map(({ about }) => about))].filter(
    (about) => typeof about === 'number',
  );
  if (items.length === 0) return new Map();
  const { value: cards } = reader.read('catalogue', (store) => store.cards(items));
  return new Map(
    items.flatMap((item, i) => {
      const card = cards[i];
      return card ? [[item, card.product()] as const] : [];
    }),
  );
}

/** The reason for people. It claims only what the code and its reference say. */
export function reasonText({ reason, about, weeks }: Candidate, reference: Reference | null): string {
  const name = reference?.product_name ?? null;
  const place = typeof about === 'string' ? about : null;
  switch (reason) {
    case 'bought_with':
      return name === null ? 'Often bought with what you bought' : `Often bought with ${name}`;
    case 'similar_to':
      return name === null ? 'Similar products' : `Similar to ${name}`;
    case 'buy_again':
      return weeks ? everyText(weeks) : 'You bought this before';
    case 'similar_taste':
      return 'Bought by customers with similar taste';
    case 'affinity':
      return 'Fits what you have bought';
    case 'popular_in_place':
      return place === null ? 'Popular near you' : `Popular in ${place}`;
    case 'popular_in_category':
      return place === null ? 'Popular in its category' : `Popular in ${place}`;
    case 'trending':
      return 'Selling more than before';
    case 'popular':
      return 'Popular in this shop';
    case 'for_you':
      return 'Chosen for you';
    case 'pinned':
      return 'Chosen by the shop';
  }
}

function everyText(weeks: number): string {
  return weeks === 1 ? 'You buy this every week' : `You buy this every ${weeks} weeks`;
}

import { type Catalogue, cardAt, slotOf } from '../../shared/snapshot/catalogue.ts';
import { type StoredCard, storedCard } from './store.ts';

/** The cards of one opened part of the catalogue. */
export interface CardPart {
  /** The card of an item, or null when the part does not hold it. */
  card(item: number): StoredCard | null;
}

/**
 * Cards that were shown, read from UTF-8 and perhaps from JSON already: most lists show the same few hundred
 * products. One per isolate; bounded in number, first in first out. A part that goes takes its cards along
 * but for those here, which hold nothing of it.
 */
export interface CardMemory {
  /** Gives a part's cards, kept from now on. */
  of(catalogue: Catalogue): CardPart;
}

type Cards = (StoredCard | undefined)[];

export function createCardMemory(most: number): CardMemory {
  const kept: { readonly cards: Cards; readonly slot: number }[] = [];
  let next = 0;

  function keep(cards: Cards, slot: number, card: StoredCard): void {
    const oldest = kept[next];
    if (oldest !== undefined) oldest.cards[oldest.slot] = undefined;
    cards[slot] = card;
    kept[next] = { cards, slot };
    next = (next + 1) % most;
  }

  return {
    of(catalogue) {
      const cards: Cards = new Array(catalogue.count);
      return {
        card(item) {
          const slot = slotOf(catalogue, item);
          if (slot < 0) return null;
          return cards[slot] ?? cardIn(catalogue, slot, (card) => keep(cards, slot, card));
        },
      };
    },
  };
}

const decoder = new TextDecoder();

/** @param onText called when the text is wanted, once */
function cardIn(catalogue: Catalogue, slot: number, onText: (card: StoredCard) => void): StoredCard | null {
  const found = cardAt(catalogue, slot);
  if (found === null) return null;
  const card: StoredCard = storedCard(() => {
    onText(card);
    return decoder.decode(found.text);
  }, found);
  return card;
}

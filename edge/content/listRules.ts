import type { Placement } from '../../shared/api/placement.ts';
import type { RulesState } from '../../shared/api/recommendation.ts';
import type { Reader } from '../stores/ladder.ts';
import type { StoredCard } from '../stores/store.ts';
import type { Candidate } from './candidate.ts';

/** An item of a list, with the card it is shown by. */
export interface Picked {
  readonly candidate: Candidate;
  readonly card: StoredCard;
}

/** What a list is asked for, as far as rules may depend on it. */
export interface RuleContext {
  readonly placement: Placement;
  /** Category the list is about, department first; empty: none. */
  readonly category: readonly string[];
  readonly province: string | null;
  readonly city: string | null;
}

/** The shop's rules as they hold for one list. */
export interface ListRules {
  /** Item numbers to be put in front, in this order; the ladder gives them to `arrange` like any others. */
  readonly pinned: readonly number[];
  /** Leading items `arrange` needs to see beyond the page; 0 when the rules move nothing. */
  readonly reach: number;
  /** Whether the item must not be shown. Asked for each candidate, at every step of both ladders. */
  hides(item: number, card: StoredCard): boolean;
  /** Pins, boosts and buries: the same items in another order. The first items of the list come in. */
  arrange(leading: readonly Picked[]): readonly Picked[];
}

/** All rules of the shop, as one request found them. */
export interface ShopRules {
  readonly state: RulesState;
  /** The rules that hold for a list now. */
  for(reader: Reader, context: RuleContext): Promise<ListRules>;
}

/** Where an isolate reads the rules. Never throws: the last resort is no rules, `bundled`. */
export interface RulesSource {
  read(reader: Reader): Promise<ShopRules>;
}

export const NO_LIST_RULES: ListRules = {
  pinned: [],
  reach: 0,
  hides: () => false,
  arrange: (leading) => leading,
};

/** A shop without rules. */
export const NO_RULES: RulesSource = {
  read: async () => ({ state: 'live', for: async () => NO_LIST_RULES }),
};

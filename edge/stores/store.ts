import type { ScoreKind, Source } from '../../shared/api/recommendation.ts';
import type { ProductCard } from '../../shared/catalogue/card.ts';
import type { Places } from '../../shared/snapshot/documents.ts';
import type { ItemList } from '../../shared/snapshot/itemList.ts';
import type { Key64 } from '../../shared/snapshot/key64.ts';
import type { DocumentName } from '../../shared/snapshot/manifest.ts';
import type { UserRecord } from '../../shared/snapshot/userRecord.ts';

/** What an answer says of the snapshot it comes from. */
export interface SnapshotFacts {
  readonly snapshot_id: number | null;
  readonly generated_at: string | null;
  readonly data_until: string | null;
  readonly score_kind: ScoreKind | null;
  readonly counts: Readonly<Record<string, number>>;
}

/** Where a list came from. */
export interface Origin {
  readonly source: Source;
  readonly facts: SnapshotFacts;
}

export interface StoredCard {
  /** The ProductCard as JSON text; decoded only for cards that are shown. */
  text(): string;
  /** The card read, for who must know what is on it. */
  product(): ProductCard;
  /** Available and recommendable; nothing else is recommended unless it is asked for. */
  readonly sellable: boolean;
  /** May be recommended once it is in stock. */
  readonly recommendable: boolean;
}

/** A card from its text, which is written and read at most once. */
export function storedCard(
  write: () => string,
  { sellable, recommendable }: Pick<StoredCard, 'sellable' | 'recommendable'>,
): StoredCard {
  return new LazyCard(write, sellable, recommendable);
}

/** A class, for a list touches many cards and shows few: one object each, and no closures. */
class LazyCard implements StoredCard {
  readonly sellable: boolean;
  readonly recommendable: boolean;
  #write: (() => string) | null;
  #text: string | null = null;
  #product: ProductCard | null = null;
  constructor(write: () => string, sellable: boolean, recommendable: boolean) {
    this.#write = write;
    this.sellable = sellable;
    this.recommendable = recommendable;
  }
  text(): string {
    if (this.#text === null) {
      this.#text = this.#write?.() ?? '';
      // With it goes the part of the snapshot that the text was read from.
      this.#write = null;
    }
    return this.#text;
  }
  product(): ProductCard {
    // A part's checksum held, or the row was checked: this is JSON that we wrote. Snapshots made before
    // storefronts had ids of their own say nothing of them.
    if (this.#product === null) {
      const card = JSON.parse(this.text()) as ProductCard;
      this.#product = { ...card, storefront_id: card.storefront_id ?? null };
    }
    return this.#product;
  }
}

/** A customer, as the stores may know them. */
export interface Person {
  /** The id as it was asked, and the system that gives such ids (null: any). Only Postgres can use them. */
  readonly id: string;
  readonly source: string | null;
  /** The keyed hash of what is sought. */
  readonly key: Key64;
}

/** Checks what a document should be; throws when it is not. */
export interface Shape<T> {
  parse(value: unknown): T;
}

/**
 * One snapshot in one store. null = the store is sure there is no such customer, product or list;
 * every other failure throws StoreError. What is not in memory breaks the work off (suspend.ts).
 * Answers stand in the order of what was asked.
 */
export interface Store extends Origin {
  user(customer: Key64): UserRecord | null;
  /** The key of the customer whom another system calls so. @param alias its key: of aliasText() */
  customerOf(alias: Person): Key64 | null;
  similar(items: readonly number[]): (ItemList | null)[];
  pairs(items: readonly number[]): (ItemList | null)[];
  /** @param names as in shared/snapshot/listKeys.ts */
  popular(names: readonly string[]): (ItemList | null)[];
  /** @param source the system whose ids these are; null: the shop's own, or any system's */
  itemNumbers(productIds: readonly string[], source: string | null): (number | null)[];
  cards(items: readonly number[]): (StoredCard | null)[];
  places(): Places;
  /** Null: only of the defaults, which hold none. */
  document<T>(name: DocumentName, shape: Shape<T>): T | null;
}

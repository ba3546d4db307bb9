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
  readonly #write: () => string;
  #text: string | null = null;
  #product: ProductCard | null = null;
  constructor(write: () => string, sellable: boolean, recommendable: boolean) {
    this.#write = write;
    this.sellable = sellable;
    this.recommendable = recommendable;
  }
  text(): string {
    this.#text ??= this.#write();
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
 * every other failure throws StoreError. Answers stand in the order of what was asked.
 */
export interface Store {
  readonly source: Source;
  readonly facts: SnapshotFacts;
  user(customer: Key64): Promise<UserRecord | null>;
  /** The key of the customer whom another system calls so. @param alias its key: of aliasText() */
  customerOf(alias: Person): Promise<Key64 | null>;
  similar(items: readonly number[]): Promise<(ItemList | null)[]>;
  pairs(items: readonly number[]): Promise<(ItemList | null)[]>;
  /** @param names as in shared/snapshot/listKeys.ts */
  popular(names: readonly string[]): Promise<(ItemList | null)[]>;
  /** @param source the system whose ids these are; null: the shop's own, or any system's */
  itemNumbers(productIds: readonly string[], source: string | null): Promise<(number | null)[]>;
  cards(items: readonly number[]): Promise<(StoredCard | null)[]>;
  places(): Promise<Places>;
  /** Null: only of the defaults, which hold none. */
  document<T>(name: DocumentName, shape: Shape<T>): Promise<T | null>;
}

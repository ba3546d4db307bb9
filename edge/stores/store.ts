import type { ScoreKind, Source } from '../../shared/api/recommendation.ts';
import type { AnalyticsPairs, Places } from '../../shared/snapshot/documents.ts';
import type { ItemList } from '../../shared/snapshot/itemList.ts';
import type { Key64 } from '../../shared/snapshot/key64.ts';
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
  /** Available and recommendable; nothing else is ever recommended. */
  readonly sellable: boolean;
}

/**
 * One snapshot in one store. null = the store is sure there is no such customer, product or list;
 * every other failure throws StoreError. Answers stand in the order of what was asked.
 */
export interface Store {
  readonly source: Source;
  readonly facts: SnapshotFacts;
  user(customer: Key64): Promise<UserRecord | null>;
  similar(items: readonly number[]): Promise<(ItemList | null)[]>;
  pairs(items: readonly number[]): Promise<(ItemList | null)[]>;
  /** @param names as in shared/snapshot/listKeys.ts */
  popular(names: readonly string[]): Promise<(ItemList | null)[]>;
  itemNumbers(productIds: readonly string[]): Promise<(number | null)[]>;
  cards(items: readonly number[]): Promise<(StoredCard | null)[]>;
  places(): Promise<Places>;
  topPairs(): Promise<AnalyticsPairs>;
}

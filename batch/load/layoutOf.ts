import { itemWidthFor } from '../../shared/snapshot/itemNumbers.ts';
import type { SnapshotLayout } from '../../shared/snapshot/layout.ts';
import type { Config } from '../config.ts';

/** The layout of a new snapshot: configured lengths, item numbers as wide as the largest needs. */
export function layoutOf(lengths: Config['lengths'], maxItem: number): SnapshotLayout {
  return { item_width: itemWidthFor(maxItem), ...lengths };
}

/** Bytes an item number takes in a record: 2 up to 65,535 items, else 3. */
export type ItemWidth = 2 | 3;

/** Item number 0 means none; Postgres counts from 1. */
export function itemWidthFor(largestItemNumber: number): ItemWidth {
  if (largestItemNumber >= 2 ** 24)
    throw new RangeError(`item number ${largestItemNumber} needs more than 3 bytes`);
  return largestItemNumber > 0xffff ? 3 : 2;
}

export function writeItemNumber(bytes: Uint8Array, at: number, item: number, width: ItemWidth): void {
  bytes[at] = item & 255;
  bytes[at + 1] = (item >>> 8) & 255;
  if (width === 3) bytes[at + 2] = item >>> 16;
}

export function readItemNumber(bytes: Uint8Array, at: number, width: ItemWidth): number {
  const low = (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
  return width === 3 ? low | ((bytes[at + 2] as number) << 16) : low;
}

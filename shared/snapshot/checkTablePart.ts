import { openCatalogue } from './catalogue.ts';
import type { TableName } from './manifest.ts';
import { openRecordTable } from './recordTable.ts';
import { openShelves } from './shelves.ts';

/** Opens one part of a table as its readers do. Throws CorruptPartError. */
export function checkTablePart(table: TableName, part: Uint8Array): void {
  if (table === 'catalogue') openCatalogue(part);
  else if (table === 'shelves') openShelves(part);
  else openRecordTable(part);
}

import { existsSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { stringify } from 'csv-stringify/sync';
import { BatchError } from '../errors.ts';
import { cellText, LONGEST_ID } from './cells.ts';
import { localFile } from './inputFile.ts';
import { openCsvFile } from './openTable.ts';
import { readSwitch } from './values.ts';

/** What a person decided about products: never recommend, or recommend after all. */
export interface Decisions {
  readonly listed: readonly string[];
  readonly unlisted: readonly string[];
}

/** A product that does not look like merchandise. */
export interface Suspect {
  readonly product_id: string;
  readonly product_name: string;
  readonly lines: number;
  readonly why: string;
  /** True when it is not recommended as of now. */
  readonly listed: boolean;
}

/**
 * A list of products never to train on nor recommend: CSV with a product_id column, or one id a line.
 * A `recommendable` column with "yes" takes a product off the list; anything else puts it on.
 * @throws BatchError as openCsvFile, and list_invalid
 */
export async function readDecisions(path: string): Promise<Decisions> {
  const table = await openCsvFile(await localFile(path), null);
  const idColumn = table.header.findIndex((name) => /^product[ _]?id$/i.test(name));
  const switchColumn = table.header.findIndex((name) => /^recommendable$/i.test(name));
  if (idColumn === -1 && table.header.length > 1) {
    throw new BatchError({
      code: 'list_invalid',
      message: `${table.name} has no column product_id.`,
      remedy: 'Give the list that an earlier ingest wrote, or a file with one product id a line.',
    });
  }
  const listed = new Set<string>();
  const unlisted = new Set<string>();
  const decide = (cells: readonly string[]) => {
    const id = cellText(cells, Math.max(idColumn, 0));
    if (id === '' || id.length > LONGEST_ID) return;
    (readSwitch(cellText(cells, switchColumn)) === true ? unlisted : listed).add(id);
  };
  if (idColumn === -1) decide(table.header);
  for await (const { rows } of table.blocks) for (const row of rows) decide(row.cells);
  return { listed: [...listed], unlisted: [...unlisted].filter((id) => !listed.has(id)) };
}

/**
 * Writes the ready-made list, to be edited and given back with --not-recommendable. What a person
 * wrote into an earlier one at the same place stays: a "yes", and products of their own.
 * @throws BatchError as readDecisions when another kind of file stands there; errors of the file system
 */
export async function writeSuspects(path: string, suspects: readonly Suspect[]): Promise<void> {
  const former = existsSync(path) ? await readDecisions(path) : { listed: [], unlisted: [] };
  const kept = new Set(former.unlisted);
  const known = new Set(suspects.map((suspect) => suspect.product_id));
  const rows = suspects.map(({ product_id, product_name, lines, why, listed }) => [
    product_id,
    product_name,
    kept.has(product_id) && !listed ? 'yes' : 'no',
    listed ? 'listed' : 'suspected',
    lines,
    why,
  ]);
  const own = [...former.listed, ...former.unlisted]
    .filter((id) => !known.has(id))
    .map((id) => [id, '', kept.has(id) ? 'yes' : 'no', '', '', 'from the former list']);
  const header = ['product_id', 'product_name', 'recommendable', 'now', 'order_lines', 'why'];
  await writeFile(`${path}.part`, stringify([header, ...rows, ...own]));
  await rename(`${path}.part`, path);
}

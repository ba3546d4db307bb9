import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Column, Table } from './table.ts';

const Manifest = z.object({
  format: z.literal(1),
  rows: z.int(),
  fields: z.array(
    z.object({
      name: z.string(),
      type: z.enum(['string', 'int', 'long', 'float', 'double', 'boolean']),
      nullable: z.boolean(),
      categorical: z.boolean(),
      textual: z.boolean(),
    }),
  ),
});
const Values = z.array(z.string());

const bytesOf = (array: Int32Array | Float64Array) =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

async function writeColumn(folder: string, name: string, column: Column): Promise<void> {
  if (column.kind === 'number') return writeFile(join(folder, `${name}.f64`), bytesOf(column.numbers));
  await writeFile(join(folder, `${name}.i32`), bytesOf(column.codes));
  await writeFile(join(folder, `${name}.json`), JSON.stringify(column.values));
}

/**
 * Stores a table as one folder: `table.json`, and for each field `<name>.f64` (numbers) or `<name>.i32` and
 * `<name>.json` (codes and their texts), little-endian. The folder appears whole or not at all.
 */
export async function writeTable(folder: string, table: Table): Promise<void> {
  const temporary = `${folder}.tmp`;
  await rm(temporary, { recursive: true, force: true });
  await mkdir(temporary, { recursive: true });
  for (const [name, column] of table.columns) await writeColumn(temporary, name, column);
  const { rows, fields } = table;
  await writeFile(join(temporary, 'table.json'), JSON.stringify({ format: 1, rows, fields }));
  await rm(folder, { recursive: true, force: true });
  await rename(temporary, folder);
}

async function readBytes(path: string): Promise<ArrayBuffer> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const bytes = new Uint8Array(size);
    await file.read(bytes, 0, size, 0);
    return bytes.buffer;
  } finally {
    await file.close();
  }
}

/** Reads a table back; only the fields named, or all. */
export async function readTable(folder: string, names?: ReadonlySet<string>): Promise<Table> {
  const manifest = Manifest.parse(JSON.parse(await readFile(join(folder, 'table.json'), 'utf8')));
  const fields = manifest.fields.filter(({ name }) => names === undefined || names.has(name));
  const columns = new Map<string, Column>();
  for (const { name, type } of fields) {
    if (type === 'string') {
      const codes = new Int32Array(await readBytes(join(folder, `${name}.i32`)));
      const values = Values.parse(JSON.parse(await readFile(join(folder, `${name}.json`), 'utf8')));
      columns.set(name, { kind: 'text', codes, values });
    } else {
      columns.set(name, {
        kind: 'number',
        numbers: new Float64Array(await readBytes(join(folder, `${name}.f64`))),
      });
    }
  }
  return { rows: manifest.rows, fields, columns };
}

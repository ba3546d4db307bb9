import { open, rename } from 'node:fs/promises';
import type { Model } from './model.ts';

/**
 * One binary file: 8 bytes of magic, the header's length (uint32, little-endian) and 4 unused bytes, the header
 * (JSON, UTF-8; every typed array is named by {"$array": kind, "at": byte offset, "length": elements}), then
 * the arrays, each on an 8-byte boundary counted from the end of the header's padding. Little-endian.
 */
const MAGIC = 'SHOPREC3';
const PREFIX_BYTES = 16;

type AnyArray = Int32Array | Uint32Array | Uint16Array | Uint8Array | Float32Array | Float64Array;
type ArrayKind =
  | 'Int32Array'
  | 'Uint32Array'
  | 'Uint16Array'
  | 'Uint8Array'
  | 'Float32Array'
  | 'Float64Array';
const ARRAY_KINDS: Readonly<
  Record<ArrayKind, new (buffer: ArrayBufferLike, at: number, length: number) => AnyArray>
> = {
  Int32Array,
  Uint32Array,
  Uint16Array,
  Uint8Array,
  Float32Array,
  Float64Array,
};

export class ModelFileError extends Error {
  readonly code = 'MODEL_FILE_UNREADABLE';
  readonly remedy =
    'Train the solution version again: its model file is missing, cut off or of another version.';

  constructor(path: string, reason: string, cause?: unknown) {
    super(`The model file ${path} cannot be read: ${reason}`, { cause });
    this.name = 'ModelFileError';
  }
}

/** Writes beside the target, then renames: a reader sees the whole file or none. */
export async function writeModel(path: string, model: Model): Promise<void> {
  const arrays: AnyArray[] = [];
  let end = 0;
  const header = JSON.stringify(model, (_key, value: unknown) => {
    if (!isArray(value)) return value;
    const at = end;
    arrays.push(value);
    end = aligned(at + value.byteLength);
    return { $array: kindOf(value), at, length: value.length };
  });
  const json = new TextEncoder().encode(header);
  const headerBytes = new Uint8Array(aligned(PREFIX_BYTES + json.length));
  headerBytes.set(new TextEncoder().encode(MAGIC));
  new DataView(headerBytes.buffer).setUint32(8, json.length, true);
  headerBytes.set(json, PREFIX_BYTES);
  const unfinished = `${path}.${process.pid}.tmp`;
  const file = await open(unfinished, 'w');
  try {
    await file.writeFile(headerBytes);
    for (const array of arrays) {
      const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
      await file.writeFile(bytes);
      const gap = aligned(array.byteLength) - array.byteLength;
      if (gap > 0) await file.writeFile(new Uint8Array(gap));
    }
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(unfinished, path);
}

/** The arrays come back as views of one SharedArrayBuffer, so worker threads share them. */
export async function readModel(path: string): Promise<Model> {
  const bytes = await readShared(path);
  const magic = new TextDecoder().decode(bytes.slice(0, MAGIC.length));
  if (bytes.length < PREFIX_BYTES || magic !== MAGIC)
    throw new ModelFileError(path, 'it is not a model file');
  const jsonLength = new DataView(bytes.buffer).getUint32(8, true);
  const body = aligned(PREFIX_BYTES + jsonLength);
  try {
    const json = new TextDecoder().decode(bytes.slice(PREFIX_BYTES, PREFIX_BYTES + jsonLength));
    return JSON.parse(json, (_key, value: unknown) => {
      if (!isReference(value)) return value;
      return new ARRAY_KINDS[value.$array](bytes.buffer, body + value.at, value.length);
    });
  } catch (error) {
    throw new ModelFileError(path, 'its header does not fit its contents', error);
  }
}

async function readShared(path: string): Promise<Uint8Array> {
  try {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      const bytes = new Uint8Array(new SharedArrayBuffer(size));
      for (let at = 0; at < size; ) {
        const { bytesRead } = await file.read(bytes, at, Math.min(size - at, 1 << 28), at);
        if (bytesRead === 0) break;
        at += bytesRead;
      }
      return bytes;
    } finally {
      await file.close();
    }
  } catch (error) {
    throw new ModelFileError(path, 'the file system refused', error);
  }
}

interface ArrayReference {
  readonly $array: ArrayKind;
  readonly at: number;
  readonly length: number;
}

function isReference(value: unknown): value is ArrayReference {
  return (
    typeof value === 'object' &&
    value !== null &&
    '$array' in value &&
    typeof value.$array === 'string' &&
    value.$array in ARRAY_KINDS
  );
}

function isArray(value: unknown): value is AnyArray {
  return ArrayBuffer.isView(value) && kindName(value) !== undefined;
}

function kindOf(array: AnyArray): ArrayKind {
  return kindName(array) ?? 'Uint8Array';
}

function kindName(value: ArrayBufferView): ArrayKind | undefined {
  for (const kind of Object.keys(ARRAY_KINDS) as ArrayKind[]) {
    if (value instanceof ARRAY_KINDS[kind]) return kind;
  }
  return undefined;
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}

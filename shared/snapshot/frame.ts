import { xxhash32 } from './xxhash32.ts';

/**
 * Every binary part in KV stands in a frame, little-endian:
 *
 *   0  4 bytes  magic "RSNP"
 *   4  u8       format version
 *   5  u8       kind of payload
 *   6  u16      zero
 *   8  u32      payload length in bytes
 *  12  u32      xxHash32 of the payload
 *  16           payload
 */
export const FORMAT_VERSION = 1;
/** Formats this code can read: the current one and, once there is one, the one before it. */
export const READABLE_FORMATS: readonly number[] = [1];
const FRAME_BYTES = 16;

const MAGIC = 0x504e5352;
const PART_KINDS = {
  record_table: 1,
  catalogue: 2,
  document: 3,
  recent: 4,
  cards: 5,
  shelves: 6,
} as const;
type PartKind = keyof typeof PART_KINDS;

/** A part that does not check counts as missing; `reason` says what was wrong with it. */
export class CorruptPartError extends Error {
  readonly code = 'corrupt_part';
  readonly reason: string;
  constructor(reason: string) {
    super(`snapshot part unreadable: ${reason}`);
    this.reason = reason;
  }
}

export function framePart(kind: PartKind, payload: Uint8Array): Uint8Array {
  const part = new Uint8Array(FRAME_BYTES + payload.byteLength);
  const view = new DataView(part.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint8(4, FORMAT_VERSION);
  view.setUint8(5, PART_KINDS[kind]);
  view.setUint32(8, payload.byteLength, true);
  view.setUint32(12, xxhash32(payload), true);
  part.set(payload, FRAME_BYTES);
  return part;
}

/** Whether the frame says it holds that kind; openPart() checks whether it does. */
export function isPartOf(kind: PartKind, part: Uint8Array): boolean {
  return part[5] === PART_KINDS[kind];
}

/** The payload inside a frame, as a view (no copy). Throws CorruptPartError. */
export function openPart(kind: PartKind, part: Uint8Array): Uint8Array {
  if (part.byteLength < FRAME_BYTES) throw new CorruptPartError('shorter than its frame');
  const view = new DataView(part.buffer, part.byteOffset, part.byteLength);
  if (view.getUint32(0, true) !== MAGIC) throw new CorruptPartError('no frame');
  const format = view.getUint8(4);
  if (!READABLE_FORMATS.includes(format)) throw new CorruptPartError(`format ${format} is not readable here`);
  if (view.getUint8(5) !== PART_KINDS[kind]) throw new CorruptPartError(`not a ${kind}`);
  if (view.getUint32(8, true) !== part.byteLength - FRAME_BYTES) throw new CorruptPartError('cut off');
  const payload = part.subarray(FRAME_BYTES);
  if (view.getUint32(12, true) !== xxhash32(payload)) throw new CorruptPartError('checksum differs');
  return payload;
}

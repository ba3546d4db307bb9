import { customType } from 'drizzle-orm/pg-core';

const HEX_DIGITS_A_BYTE = 2;

/** bytea as bytes: drivers hand it over as bytes (pg) or as Postgres' text form \x… (Neon over HTTP). */
export const bytea = customType<{ data: Uint8Array; driverData: Uint8Array | string }>({
  dataType: () => 'bytea',
  fromDriver: (value) => (typeof value === 'string' ? bytesOfHex(value) : value),
});

/** The bytes of Postgres' text form of bytea, `\x` and hexadecimal digits. */
export function bytesOfHex(text: string): Uint8Array {
  const bytes = new Uint8Array((text.length - 2) / HEX_DIGITS_A_BYTE);
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = Number.parseInt(text.slice(2 + i * HEX_DIGITS_A_BYTE, 4 + i * HEX_DIGITS_A_BYTE), 16);
  }
  return bytes;
}

import { createHmac, createSecretKey } from 'node:crypto';
import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min';
import { isJunkEmail, isJunkPhone } from './junkContacts.ts';

export const CONTACT_KINDS = ['email', 'phone'] as const;
export type ContactKind = (typeof CONTACT_KINDS)[number];

/** What is kept of an e-mail address or a phone number. */
export interface Contact {
  /** 16 bytes of HMAC-SHA-256 under a key of its own, hexadecimal. */
  readonly hash: string;
  /** Enough to recognise it by, not to reach anybody: j•••@gmail.com, +923•••••67. */
  readonly masked: string;
  /** A dummy: never a reason to take two customers for one. */
  readonly junk: boolean;
}

/** Turns plain contacts into what may be kept. The plain text goes no further. */
export interface ContactReader {
  /** Null: there is none, or none that can be read. */
  read(kind: ContactKind, text: string | null): Contact | null;
  /** Distinct phone numbers that were not understood, such as those without a country code. */
  readonly unreadablePhones: number;
}

interface ContactSettings {
  /** ID_HASH_KEY: 64 hexadecimal digits. */
  readonly idHashKey: string;
  /** Whose numbers stand without a country code, e.g. PK; null: such numbers are not used. */
  readonly phoneCountry: string | null;
  /** The shop's own dummies: addresses, numbers, or @domain. */
  readonly junk: readonly string[];
}

const HASH_BYTES = 16;
/** Plain texts remembered, so that the lines of one customer are read once. */
const REMEMBERED = 100_000;

export function isPhoneCountry(text: string): text is CountryCode {
  return isSupportedCountry(text);
}

/**
 * E-mails compare without case and blanks; phones as E.164. Their hashes use a key derived from ID_HASH_KEY for
 * this purpose only, so no hash of an id, in KV or elsewhere, can ever equal or be tested against one of a contact.
 */
export function createContactReader({ idHashKey, phoneCountry, junk }: ContactSettings): ContactReader {
  const derived = createHmac('sha256', Buffer.from(idHashKey, 'hex')).update('contact-hash/1').digest();
  const key = createSecretKey(derived);
  const country = phoneCountry !== null && isPhoneCountry(phoneCountry) ? phoneCountry : undefined;
  const own = new Set(junk.map((entry) => entry.trim().toLowerCase()));
  const known = new Map<string, Contact | null>();
  let unreadablePhones = 0;

  function contact(
    kind: ContactKind,
    value: string,
    { masked, junk: isJunk }: Omit<Contact, 'hash'>,
  ): Contact {
    const digest = createHmac('sha256', key).update(`${kind}\0${value}`).digest();
    return { hash: digest.toString('hex', 0, HASH_BYTES), masked, junk: isJunk };
  }

  function readEmail(text: string): Contact | null {
    const address = text.normalize('NFKC').replace(/\s+/g, '').toLowerCase();
    if (!/^[^@]+@[^@]+\.[^@.]+$/.test(address)) return null;
    const domain = address.slice(address.lastIndexOf('@'));
    const isJunk = isJunkEmail(address) || own.has(address) || own.has(domain);
    return contact('email', address, { masked: `${address.slice(0, 1)}•••${domain}`, junk: isJunk });
  }

  function readPhone(text: string): Contact | null {
    const [first = ''] = text.split(/[/;,|]/);
    const digits = first.replace(/\D/g, '');
    if (digits === '') return null;
    const parsed = parsePhoneNumberFromString(first, country);
    const isUsable = parsed?.isPossible() ?? false;
    const isJunk = isJunkPhone(parsed?.nationalNumber ?? digits) || ownPhones.has(parsed?.number ?? digits);
    if (!isUsable && !isJunk) {
      unreadablePhones++;
      return null;
    }
    const value = isUsable && parsed !== undefined ? parsed.number : digits;
    return contact('phone', value, { masked: maskPhone(value), junk: isJunk });
  }

  const ownPhones = new Set(
    [...own]
      .filter((entry) => !entry.includes('@'))
      .map((entry) => parsePhoneNumberFromString(entry, country)?.number ?? entry.replace(/\D/g, '')),
  );
  return {
    read(kind, text) {
      if (text === null) return null;
      const name = `${kind}\0${text}`;
      const found = known.get(name);
      if (found !== undefined) return found;
      const made = kind === 'email' ? readEmail(text) : readPhone(text);
      if (known.size === REMEMBERED) known.clear();
      known.set(name, made);
      return made;
    },
    get unreadablePhones() {
      return unreadablePhones;
    },
  };
}

function maskPhone(value: string): string {
  return `${value.slice(0, Math.min(4, value.length - 3))}${'•'.repeat(5)}${value.slice(-2)}`;
}

/**
 * A place or category name made comparable: accents, case and runs of anything but letters and
 * digits do not count. "São  Paulo" and "sao paulo" are one place.
 */
export function placeKey(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/**
 * What a province is also called: by customers, in old orders, and by Cloudflare, which names regions in English
 * as GeoNames does. Keys and values are placeKey()s without a word for the kind of place.
 */
const PROVINCES: ReadonlyMap<string, string> = new Map([
  ...['kpk', 'kp', 'k p k', 'nwfp', 'n w f p', 'north west frontier', 'khyber pakhtoonkhwa', 'khyber'].map(
    (name) => [name, 'khyber pakhtunkhwa'] as const,
  ),
  ...['ict', 'islamabad capital', 'federal capital', 'federal capital area', 'capital'].map(
    (name) => [name, 'islamabad'] as const,
  ),
  ...['ajk', 'a j k', 'azad jammu and kashmir', 'azad jammu kashmir', 'jammu and kashmir azad'].map(
    (name) => [name, 'azad kashmir'] as const,
  ),
  ...['gb', 'g b', 'northern areas'].map((name) => [name, 'gilgit baltistan'] as const),
  ['sind', 'sindh'],
  ['baluchistan', 'balochistan'],
  ['panjab', 'punjab'],
]);
const KINDS = / (province|state|region|territory|governorate)$/;

/** A province made comparable: also by its other names, and with or without a word such as "Province". */
export function provinceKey(name: string): string {
  const key = placeKey(name).replace(KINDS, '');
  return PROVINCES.get(key) ?? key;
}

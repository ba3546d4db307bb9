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

import { placeKey } from '../../shared/identity/place.ts';

export type PlaceName = readonly [province: string | null, city: string | null];

/** Places by 1-based number, each once however it is spelt; the first spelling is the one shown. */
export interface PlaceBook {
  /** Place p is names[p - 1]. */
  readonly names: readonly PlaceName[];
  /** Number of a place, giving it one when it is new; 0 when neither province nor city says anything. */
  numberOf(province: string | null, city: string | null): number;
}

/** A user record has 16 bits for a place; later ones count as unknown. */
const MOST_PLACES = 0xffff;

export function createPlaceBook(): PlaceBook {
  const names: PlaceName[] = [];
  const byKey = new Map<string, number>();
  const bySpelling = new Map<string, number>();

  function numberOf(province: string | null, city: string | null): number {
    const spelling = `${province ?? ''}\u0000${city ?? ''}`;
    const known = bySpelling.get(spelling);
    if (known !== undefined) return known;
    const provinceKey = placeKey(province ?? '');
    const cityKey = placeKey(city ?? '');
    const key = `${provinceKey}\u0000${cityKey}`;
    let number = provinceKey === '' && cityKey === '' ? 0 : (byKey.get(key) ?? -1);
    if (number === -1) {
      number = names.length < MOST_PLACES ? names.length + 1 : 0;
      if (number > 0) names.push([provinceKey === '' ? null : province, cityKey === '' ? null : city]);
      byKey.set(key, number);
    }
    bySpelling.set(spelling, number);
    return number;
  }
  return { names, numberOf };
}

import { placeKey, provinceKey } from '../identity/place.ts';

/** Names of the popular lists; their keyOfText() is the key in the `popular` table. */
export const OVERALL_LIST = 'overall';
export const TRENDING_LIST = 'trending';

/** A category at any level: the path's leading names, department first. */
export function categoryList(path: readonly string[]): string {
  return `category:${path.map(placeKey).join('>')}`;
}

/** A category by its own name, wherever it stands below the departments: what a card's `category` names. */
export function categoryNameList(name: string): string {
  return `category:*>${placeKey(name)}`;
}

export function provinceList(province: string): string {
  return `province:${provinceKey(province)}`;
}

/** A city within its province; with province null, the city wherever it lies. */
export function cityList(province: string | null, city: string): string {
  return `city:${province === null ? '*' : provinceKey(province)}>${placeKey(city)}`;
}

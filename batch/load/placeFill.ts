import { cityList, provinceList } from '../../shared/snapshot/listKeys.ts';
import type { UserReason } from '../../shared/snapshot/userRecord.ts';
import type { PlaceName } from '../evidence/placeBook.ts';
import type { ListRef, PopularLists } from '../evidence/popularLists.ts';

interface FillStage {
  readonly ref: ListRef;
  readonly reason: UserReason;
}

/** The popular lists that fill up a customer's list, nearest first: city, province, overall. */
export function createPlaceFill(
  popular: PopularLists,
  placeNames: readonly PlaceName[],
): (place: number) => readonly FillStage[] {
  const overall: readonly FillStage[] = [{ ref: popular.overall, reason: 'popular' }];
  const byPlace = placeNames.map(([province, city]): readonly FillStage[] => {
    const names = [
      ...(city === null ? [] : [cityList(province, city)]),
      ...(province === null ? [] : [provinceList(province)]),
    ];
    const stages = names.flatMap((name): FillStage[] => {
      const ref = popular.byName.get(name);
      return ref === undefined ? [] : [{ ref, reason: 'popular_in_place' }];
    });
    return [...stages, ...overall];
  });
  return (place) => byPlace[place - 1] ?? overall;
}

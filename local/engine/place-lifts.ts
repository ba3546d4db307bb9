import type { PlaceSales } from './places.ts';

/** Purchases in a place that weigh as much as the shop's overall popularity. */
const PLACE_PRIOR = 30;

/** How much more items sell in the user's places than in the shop: log of the ratio of shares, by item. */
export interface PlaceLifts {
  readonly lifts: readonly Float32Array[];
  /** Grows whenever `lifts` changed. */
  readonly version: number;
  /** -1 = a user without places. Costs O(items) when the place differs from the last user's, else nothing. */
  begin(user: number): void;
}

/** `logShares`: log of each item's share of the shop's recent purchases. */
export function createPlaceLifts(places: readonly PlaceSales[], logShares: Float32Array): PlaceLifts {
  const codes = places.map(() => -1);
  const lifts = places.map(() => new Float32Array(logShares.length));
  const shares = Float32Array.from(places.length > 0 ? logShares : [], (log) => Math.exp(log));
  let version = 0;
  return {
    lifts,
    get version() {
      return version;
    },
    begin(user) {
      for (const [at, place] of places.entries()) {
        const code = user < 0 ? -1 : (place.code[user] as number);
        if (code === codes[at]) continue;
        codes[at] = code;
        version += 1;
        fillLifts(place, code, { shares, into: lifts[at] as Float32Array });
      }
    },
  };
}

/** log of (share in the place, shrunk to the overall share) / (overall share); zero for no place. */
function fillLifts(
  place: PlaceSales,
  code: number,
  { shares, into }: { readonly shares: Float32Array; readonly into: Float32Array },
): void {
  if (code < 0) {
    into.fill(0);
    return;
  }
  const all = (place.total[code] as number) + PLACE_PRIOR;
  into.fill(Math.log(PLACE_PRIOR / all));
  for (let at = place.rows.start[code] as number; at < (place.rows.start[code + 1] as number); at += 1) {
    const item = place.rows.target[at] as number;
    into[item] = Math.log(((place.rows.weight[at] as number) / (shares[item] as number) + PLACE_PRIOR) / all);
  }
}

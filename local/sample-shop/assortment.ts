import type { Aisle } from './aisle.ts';
import { BEDROOM_AISLES } from './bedroomAisles.ts';
import { DINING_AISLES, LIVING_AISLES } from './livingAisles.ts';
import { BATH_AISLES, OTHERS_AISLES } from './otherAisles.ts';

/** Every aisle of the shop. */
export const AISLES: readonly Aisle[] = [
  ...BEDROOM_AISLES,
  ...LIVING_AISLES,
  ...DINING_AISLES,
  ...BATH_AISLES,
  ...OTHERS_AISLES,
];

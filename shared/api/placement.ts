import * as z from 'zod';

/** Where a list stands: the reads, which are the slots of a page and what rules may be limited to. */
export const PLACEMENTS = [
  'user',
  'item-affinity',
  'next',
  'similar',
  'cart',
  'by-location',
  'popular',
  'trending',
] as const;
export const Placement = z.enum(PLACEMENTS);
export type Placement = z.infer<typeof Placement>;

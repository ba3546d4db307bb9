/** Where a list stands: the reads by the last word of their address; what rules may be limited to. */
export const PLACEMENTS = [
  'user',
  'item-affinity',
  'next',
  'similar',
  'cart',
  'popular',
  'by-location',
  'trending',
] as const;
export type Placement = (typeof PLACEMENTS)[number];

import { z } from 'zod';

/** The shop the generator is calibrated to; sizes not asked for follow its proportions. */
export const TARGET = { users: 180_484, items: 4_182, lines: 1_971_527 } as const;

const DAY_MS = 86_400_000;

const isoDate = z.union([z.iso.date(), z.iso.datetime()]);

export const ShopRequest = z.object({
  users: z.coerce.number().int().min(1).default(2_000),
  items: z.coerce.number().int().min(1).default(400),
  /** Order lines; as many a customer as the target shop has when not given. */
  lines: z.coerce.number().int().min(1).optional(),
  seed: z.coerce.number().int().min(0).max(0xffffffff).default(1),
  /** Orders end before this moment: an ISO date (its start, UTC) or date and time; the start of today when not given. */
  until: isoDate.optional(),
});
export type ShopRequest = z.input<typeof ShopRequest>;

export interface ShopSize {
  users: number;
  items: number;
  lines: number;
  seed: number;
  untilMs: number;
}

/** Fills what was not asked for. Throws ZodError for values out of range, RangeError where a customer would have no order. */
export function resolveShop(request: ShopRequest, now: Date): ShopSize {
  const { users, items, seed, lines, until } = ShopRequest.parse(request);
  const wanted = lines ?? Math.round((users * TARGET.lines) / TARGET.users);
  if (wanted < users) {
    throw new RangeError(
      `lines (${wanted}) must be at least users (${users}): every customer orders something`,
    );
  }
  const untilMs = until === undefined ? Math.floor(now.getTime() / DAY_MS) * DAY_MS : Date.parse(until);
  return { users, items, lines: wanted, seed, untilMs };
}

import { z } from 'zod';

const share = z.coerce
  .number({ error: 'is not a number' })
  .min(0, 'must be a share between 0 and 1')
  .max(1, 'must be a share between 0 and 1');

/** How far a new snapshot may be from what is expected before it is held. All but the last are shares, 0 … 1. */
export const GateSettings = z
  .object({
    GATE_CUSTOMER_COVERAGE: share,
    GATE_PRODUCT_COVERAGE: share,
    GATE_UNKNOWN: share,
    GATE_SOLD_OUT: share,
    GATE_SHRINK: share,
    GATE_OVERLAP: share,
    EDGE_URL: z.url({ error: 'is not an address (URL)' }).optional(),
  })
  .transform((env) => ({
    customerCoverage: env.GATE_CUSTOMER_COVERAGE,
    productCoverage: env.GATE_PRODUCT_COVERAGE,
    unknown: env.GATE_UNKNOWN,
    soldOut: env.GATE_SOLD_OUT,
    shrink: env.GATE_SHRINK,
    overlap: env.GATE_OVERLAP,
    /** Address of the deployed Worker; null: it is not asked. */
    edgeUrl: env.EDGE_URL ?? null,
  }));

export type GateLimits = Omit<z.output<typeof GateSettings>, 'edgeUrl'>;

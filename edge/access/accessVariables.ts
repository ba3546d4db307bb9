import * as z from 'zod';

export const SCOPES = ['personal', 'analytics', 'bulk'] as const;
export type Scope = (typeof SCOPES)[number];

const digest = z.string().regex(/^[0-9a-f]{64}$/i, 'must be a SHA-256 in hexadecimal digits');

/** A key for server clients: its name for logs, the SHA-256 of the key, what it opens. */
export const ReadKey = z.strictObject({
  name: z.string().min(1).max(64),
  sha256: digest,
  scopes: z.array(z.enum(SCOPES)).min(1),
});
export type ReadKey = z.infer<typeof ReadKey>;

const secrets = z
  .string()
  .transform((text) =>
    text
      .split(',')
      .map((key) => key.trim())
      .filter((key) => key !== ''),
  )
  .pipe(z.array(z.string().min(32, 'must hold secrets of at least 32 characters')).max(2))
  .default([]);

/** JSON in a variable. */
export function jsonVariable<S extends z.ZodType>(schema: S) {
  return z
    .string()
    .transform((text, context) => {
      try {
        return JSON.parse(text) as unknown;
      } catch {
        context.addIssue({ code: 'custom', message: 'is not JSON' });
        return z.NEVER;
      }
    })
    .pipe(schema);
}

/** Settings about who may read what. */
export const AccessVariables = {
  /**
   * `signed`: a personal list only for who proves to be the customer. `open`: for whoever knows the id, and
   * without reasons that tell of purchases. `local`: everything for everybody, only with ENVIRONMENT=local.
   */
  USER_READS: z.enum(['signed', 'open', 'local']).default('signed'),
  ENVIRONMENT: z.string().default(''),
  /** Secrets that shopper tokens are signed with; two while one replaces the other. */
  SHOPPER_TOKEN_KEYS: secrets,
  /** Of the Shopify app that the proxy or the extension belongs to. */
  SHOPIFY_API_KEY: z.string().nullable().default(null),
  SHOPIFY_API_SECRET: z.string().nullable().default(null),
  /** `example.myshopify.com`: signatures for another shop do not count. */
  SHOPIFY_SHOP: z.string().nullable().default(null),
  /** The id source that Shopify's customer ids belong to; `none` = they are the shop's own ids. */
  SHOPIFY_ID_SOURCE: z.string().default('shopify'),
  READ_KEYS: jsonVariable(z.array(ReadKey).max(50)).default([]),
};

import { z } from 'zod';

const EnvName = z.string().min(1);

/** A shop on Shopify, read through its Admin interface. */
export const ShopifySettings = z.strictObject({
  type: z.literal('shopify'),
  domain: z
    .string()
    .regex(
      /^[a-z0-9][a-z0-9-]*\.myshopify\.com$/,
      'is the shop’s own name, such as my-example.myshopify.com',
    ),
  api_version: z
    .string()
    .regex(/^(20\d\d-(01|04|07|10)|unstable)$/, 'is a quarter, such as 2026-10')
    .default('2026-10'),
  /** Access token of a custom app; or the id and secret of one made in the Dev Dashboard. */
  token_env: EnvName.optional(),
  client_id_env: EnvName.optional(),
  client_secret_env: EnvName.optional(),
  overlap_minutes: z.number().min(0).default(60),
  /** Another address for the shop: a proxy, or a test. */
  endpoint: z.url({ protocol: /^https?$/ }).optional(),
});
export type ShopifySettings = z.infer<typeof ShopifySettings>;

/** What one setting alone cannot show. */
export function shopifyProblems(settings: ShopifySettings): string[] {
  const both = settings.client_id_env !== undefined && settings.client_secret_env !== undefined;
  return settings.token_env !== undefined || both
    ? []
    : ['token_env: name a token, or both client_id_env and client_secret_env'];
}

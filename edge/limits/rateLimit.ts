/** Cloudflare's rate-limiting binding: counts per key and place, without a store. */
export interface RateLimit {
  limit(options: { key: string }): Promise<{ success: boolean }>;
}

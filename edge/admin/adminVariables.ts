import * as z from 'zod';
import { jsonVariable } from '../access/accessVariables.ts';
import { ROLES } from './roles.ts';

/** Somebody who may administer: the name stands in the audit; the SHA-256 is of the token. */
export const AdminToken = z.strictObject({
  name: z.string().min(1).max(64),
  role: z.enum(ROLES),
  sha256: z.string().regex(/^[0-9a-f]{64}$/i, 'must be a SHA-256 in hexadecimal digits'),
});
export type AdminToken = z.infer<typeof AdminToken>;

/** Settings of the administration. */
export const AdminVariables = {
  ADMIN_TOKENS: jsonVariable(z.array(AdminToken).max(50)).default([]),
  /** Origins of pages that administer, comma-separated; those that read may not. */
  ADMIN_ORIGINS: z.string().default(''),
  /** The zone whose shared caches a change purges, and a token that may; without them caches expire. */
  CLOUDFLARE_ZONE_ID: z.string().nullable().default(null),
  CACHE_PURGE_TOKEN: z.string().nullable().default(null),
  /** Signs drills; without it there are none. */
  DRILL_KEY: z.string().min(32, 'must have at least 32 characters').nullable().default(null),
};

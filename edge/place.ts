import * as z from 'zod';
import type { PopularWhere } from './content/popularSteps.ts';

const text = z.string().optional().catch(undefined);
/** What Cloudflare says of where a request comes from. */
const Geography = z.object({ region: text, city: text, country: text });

/** Made when the first country is asked for: it takes longer than all the rest of a start. */
let countries: Intl.DisplayNames | null = null;

/** Where the request comes from, as far as Cloudflare knows. */
export function placeOfRequest(request: Request): PopularWhere {
  const { data } = Geography.safeParse('cf' in request ? request.cf : null);
  return {
    province: data?.region ?? null,
    city: data?.city ?? null,
    country: data?.country === undefined ? null : countryName(data.country),
  };
}

/** The same for two requests only if Cloudflare says the same of where they come from. */
export function placeText(
  request: Request & { cf?: { region?: unknown; city?: unknown; country?: unknown } },
): string {
  const { region, city, country } = request.cf ?? {};
  return JSON.stringify([region, city, country]);
}

/** "PK" → "Pakistan"; null for codes that are none, such as Cloudflare's T1 for Tor. */
function countryName(code: string): string | null {
  if (!/^[A-Z]{2}$/.test(code)) return null;
  countries ??= new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });
  return countries.of(code) ?? null;
}

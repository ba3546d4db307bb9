import type { AdminToken } from './adminVariables.ts';

/** Which clients have lately shown which tokens, in one isolate. */
export interface Trusted {
  has(client: string, token: AdminToken): boolean;
  add(client: string, token: AdminToken): void;
}

const MOST = 1_000;

export function createTrusted(): Trusted {
  const known = new Set<string>();
  const nameOf = (client: string, { sha256 }: AdminToken) => `${sha256} ${client}`;
  return {
    has: (client, token) => known.has(nameOf(client, token)),
    add(client, token) {
      known.add(nameOf(client, token));
      for (const oldest of known) {
        if (known.size <= MOST) break;
        known.delete(oldest);
      }
    },
  };
}

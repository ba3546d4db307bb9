import type { RequestHead } from '../incoming.ts';
import type { Scope } from './accessVariables.ts';
import type { AskedCustomer } from './askedCustomer.ts';
import { readConsent } from './consent.ts';
import { credentialsOf } from './credentials.ts';
import { type AccessGuard, type Proven, provenIdentity } from './provenIdentity.ts';
import { refusal } from './refusal.ts';

/** What one request may read. */
export interface Access {
  /** Whether the list may be made for the customer asked for. */
  readonly personal: boolean;
  /** What the request's read key opens; empty without one. */
  readonly scopes: ReadonlySet<Scope>;
  /** Whether a reason may tell what the customer bought. */
  readonly reasonsFromPurchases: boolean;
  /** Why the list is not personal, for the answer's warnings; null when it is, or nobody was asked for. */
  readonly note: string | null;
  /** The source of the id that the request proves to be its customer's; null: none is named, or nothing is proven. */
  readonly provenSource: string | null;
}

const NOBODY: AskedCustomer = { userId: null, idSource: null };
const NO_SCOPES: ReadonlySet<Scope> = new Set();
const ALL_SCOPES: ReadonlySet<Scope> = new Set(['personal', 'analytics', 'bulk']);

/**
 * Decides what a request may read. Never throws and never refuses: who may not have a personal list gets
 * the one for everybody, and `note` says why. A promise only when there are credentials to verify.
 */
export function accessOf(
  request: RequestHead,
  guard: AccessGuard,
  asked: AskedCustomer = NOBODY,
): Access | Promise<Access> {
  const mode = guard.mode;
  const unwilling = readConsent(request);
  if (mode === 'local') return granted(ALL_SCOPES, unwilling, true);
  const credentials = credentialsOf(request);
  if (credentials === null) {
    if (unwilling !== null || mode === 'signed') return denied(NO_SCOPES, unwilling ?? noteFor(asked));
    return granted(NO_SCOPES, null, false);
  }
  return provenIdentity(guard, credentials, request).then((proven) =>
    provenAccess(proven, { mode, unwilling, asked }),
  );
}

interface Unproven {
  readonly mode: AccessGuard['mode'];
  readonly unwilling: string | null;
  readonly asked: AskedCustomer;
}

function provenAccess(proven: Proven, { mode, unwilling, asked }: Unproven): Access {
  const isCustomer = asked.userId !== null && proven.owns(asked);
  const isClient = proven.scopes.has('personal');
  if (isCustomer) return { ...granted(proven.scopes, unwilling, true), provenSource: asked.idSource };
  if (isClient) return granted(proven.scopes, unwilling, true);
  if (mode === 'open') return granted(proven.scopes, unwilling, false);
  return denied(proven.scopes, unwilling ?? proven.problem ?? noteFor(asked));
}

function granted(scopes: ReadonlySet<Scope>, unwilling: string | null, reasons: boolean): Access {
  if (unwilling !== null) return denied(scopes, unwilling);
  return { personal: true, scopes, reasonsFromPurchases: reasons, note: null, provenSource: null };
}

function denied(scopes: ReadonlySet<Scope>, note: string | null): Access {
  return { personal: false, scopes, reasonsFromPurchases: false, note, provenSource: null };
}

const UNSIGNED = refusal('a token of this customer is needed');

function noteFor({ userId }: AskedCustomer): string | null {
  return userId === null ? null : UNSIGNED;
}

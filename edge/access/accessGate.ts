import type { AccessGate, PersonalAccess } from '../content/personalAccess.ts';
import { type Access, accessOf } from './access.ts';
import type { AccessGuard } from './provenIdentity.ts';

/** Who may see whose list, as the list pipeline asks it. */
export function createAccessGate(guard: AccessGuard): AccessGate {
  return {
    of(request, { userId, idSource }) {
      const access = accessOf(request, guard, { userId, idSource: idSource ?? guard.idSource });
      return access instanceof Promise ? access.then(personalOf) : personalOf(access);
    },
  };
}

function personalOf({ personal, reasonsFromPurchases, note, provenSource }: Access): PersonalAccess {
  return { personal, purchaseReasons: reasonsFromPurchases, warning: note, provenSource };
}

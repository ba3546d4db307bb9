import type { AccessGate } from '../content/personalAccess.ts';
import { accessOf } from './access.ts';
import type { AccessGuard } from './provenIdentity.ts';

/** Who may see whose list, as the list pipeline asks it. */
export function createAccessGate(guard: AccessGuard): AccessGate {
  return {
    async of(request, userId) {
      const { personal, reasonsFromPurchases, note } = await accessOf(request, guard, {
        userId,
        idSource: idSourceOf(request.url) ?? guard.idSource,
      });
      return { personal, purchaseReasons: reasonsFromPurchases, warning: note };
    },
  };
}

function idSourceOf(url: string): string | null {
  return url.includes('id_source=') ? new URL(url).searchParams.get('id_source') : null;
}

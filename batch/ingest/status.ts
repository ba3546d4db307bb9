import { placeKey } from '../../shared/identity/place.ts';

export type OrderStatus = 'completed' | 'cancelled' | 'returned';

const WORDS: Readonly<Record<OrderStatus, readonly string[]>> = {
  completed: [
    '',
    'complete',
    'completed',
    'delivered',
    'shipped',
    'paid',
    'partially paid',
    'invoiced',
    'approved',
    'processing',
    'created',
    'fulfilled',
    'partial',
    'partially fulfilled',
    'unfulfilled',
    'closed',
    'open',
    'new',
    'pending',
    'authorized',
    'confirmed',
    'done',
    'ok',
    'sale',
    'sold',
    'partially refunded',
    'in transit',
    'out for delivery',
  ],
  cancelled: [
    'cancelled',
    'canceled',
    'cancellation',
    'cancel',
    'void',
    'voided',
    'failed',
    'declined',
    'refused',
    'rejected',
    'expired',
    'unavailable',
    'aborted',
    'deleted',
    'storniert',
    'annule',
    'annulee',
    'cancelado',
    'cancelada',
    'anulado',
    'annullato',
    'iptal',
  ],
  returned: [
    'returned',
    'return',
    'refunded',
    'refund',
    'chargeback',
    'charged back',
    'retourniert',
    'zuruckgegeben',
    'retourne',
    'rembourse',
    'devolvido',
    'devuelto',
    'reso',
    'iade',
  ],
};

/** A reader of status words: the shop's own first, then the usual ones; null for an unknown word. */
export function createStatusReader(
  own: Readonly<Record<string, OrderStatus>>,
): (word: string) => OrderStatus | null {
  const known = new Map<string, OrderStatus>();
  for (const status of ['completed', 'cancelled', 'returned'] as const) {
    for (const word of WORDS[status]) known.set(word, status);
  }
  for (const [word, status] of Object.entries(own)) known.set(placeKey(word), status);
  const seen = new Map<string, OrderStatus | null>();
  return (word) => {
    const before = seen.get(word);
    if (before !== undefined) return before;
    const status = known.get(placeKey(word)) ?? null;
    if (seen.size < 1000) seen.set(word, status);
    return status;
  };
}

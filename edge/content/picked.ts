import type { StoredCard } from '../stores/store.ts';
import type { Candidate } from './candidate.ts';

/** An item of a list, with the card it is shown by. */
export interface Picked {
  readonly candidate: Candidate;
  readonly card: StoredCard;
}

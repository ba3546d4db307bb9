import type { Retraining } from './policyPart.ts';

/** The newest run that inferred. */
export interface InferredRun {
  readonly runId: string;
  /** Since its training ended, by the database's clock. */
  readonly ageMs: number;
  /** Recipes that need outputs and have none in the bucket any more. */
  readonly missing: readonly string[];
}

export type TrainingDecision =
  | { readonly train: true; readonly why: string }
  /** Load the outputs of that run. */
  | { readonly train: false; readonly outputsOf: string; readonly why: string }
  /** Training is forbidden and there is nothing to load. */
  | { readonly train: null; readonly why: string };

const DAY_MS = 86_400_000;

/**
 * Whether a run trains. Personalize's lists depend only on the data that was there when the solution
 * version was made, so inference is paid for again only after a new version.
 */
export function decideTraining(retraining: Retraining, last: InferredRun | null): TrainingDecision {
  if (retraining.when === 'always') return { train: true, why: 'RETRAIN is always' };
  const lacking =
    last === null
      ? 'no run has inferred yet'
      : last.missing.length > 0
        ? `the outputs of run ${last.runId} are gone from the bucket: ${last.missing.join(', ')}`
        : null;
  if (last === null || lacking !== null) {
    return { train: retraining.when === 'never' ? null : true, why: lacking ?? '' };
  }
  const days = describeDays(last.ageMs);
  if (retraining.when === 'older-than' && last.ageMs > retraining.ms) {
    return { train: true, why: `the last training is ${days} old` };
  }
  const rule = retraining.when === 'never' ? 'never' : `older-than ${retraining.ms / DAY_MS} days`;
  return {
    train: false,
    outputsOf: last.runId,
    why: `the training of run ${last.runId} is ${days} old and RETRAIN is ${rule}`,
  };
}

function describeDays(ms: number): string {
  const days = ms / DAY_MS;
  return days < 2 ? `${Math.max(0, Math.round(days * 24))} hours` : `${Math.floor(days)} days`;
}

import type { GateCheck } from '../gate/gateChecks.ts';
import { type Contestant, type Evaluation, LEAST_CUSTOMERS } from './evaluation.ts';
import { inWords } from './inWords.ts';

const LIMIT = 'not worse than popularity, by 95 % confidence';

/**
 * The rule: lists that are worse than popularity beyond doubt hold the snapshot; lists that cannot be scored, or
 * on too few customers, are told and let it pass, for a new shop must be able to begin.
 */
export function judgeEvaluation(evaluation: Evaluation | null, judged: Contestant['name'] | null): GateCheck {
  // With so few no engine is asked for lists: that is the reason, not the lists that are missing.
  if (evaluation !== null && evaluation.customers < LEAST_CUSTOMERS) {
    const found = `${evaluation.customers} customers bought in the time kept for it: too few to tell`;
    return warn(found, 'none: later runs have more orders to go by');
  }
  const contestant = evaluation?.contestants.find(({ name }) => name === judged);
  if (evaluation === null || contestant === undefined) {
    return warn('no lists can be scored yet', 'none: the next run scores these lists on the orders since');
  }
  const found = inWords(evaluation, contestant);
  const [, , high] = contestant.all.over_popularity;
  if (high >= 0) return { check: 'backtest', verdict: 'pass', found, limit: LIMIT, remedy: '' };
  const remedy =
    'batch doctor looks for what is wrong with the orders; batch bakeoff compares engines; publish by force only if you know why';
  return { check: 'backtest', verdict: 'hold', found, limit: LIMIT, remedy };
}

function warn(found: string, remedy: string): GateCheck {
  return { check: 'backtest', verdict: 'warn', found, limit: LIMIT, remedy };
}

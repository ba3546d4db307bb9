import { type Contestant, type Evaluation, LEAST_CUSTOMERS } from './evaluation.ts';

export interface EngineChoice {
  readonly engine: 'aws' | 'embedded';
  readonly why: string;
}

/**
 * Which engine ENGINE=auto runs: of the newest bake-off that both took part in, Amazon Personalize only when it leads
 * beyond doubt (its NDCG@10 above the embedded engine's 95 % interval), for it costs money. Before both were compared,
 * Personalize, whose lists must have been published once; below its minimums the embedded engine.
 * @param evaluations newest first
 */
export function chooseEngine(evaluations: readonly Evaluation[], enoughForAws: boolean): EngineChoice {
  if (!enoughForAws) {
    return { engine: 'embedded', why: 'there are fewer orders than Amazon Personalize asks for' };
  }
  for (const evaluation of evaluations) {
    if (evaluation.customers < LEAST_CUSTOMERS) continue;
    const aws = ofEngine(evaluation, 'aws');
    const embedded = ofEngine(evaluation, 'embedded');
    if (aws === undefined || embedded === undefined) continue;
    const engine = aws.all.ndcg[0] > embedded.all.ndcg[2] ? 'aws' : 'embedded';
    const figures = `NDCG@10 of aws ${aws.all.ndcg[0].toFixed(3)}, of embedded ${embedded.all.ndcg[0].toFixed(3)}`;
    const verdict = engine === 'aws' ? 'aws leads beyond doubt' : 'aws does not lead beyond doubt';
    const on = `${evaluation.customers.toLocaleString('en-US')} customers, orders since ${evaluation.cut_off.slice(0, 10)}`;
    return { engine, why: `${verdict}: ${figures} (${on})` };
  }
  return { engine: 'aws', why: 'the two were never compared: lists of aws must have been published once' };
}

function ofEngine({ contestants }: Evaluation, engine: 'aws' | 'embedded'): Contestant | undefined {
  return contestants.find((contestant) => contestant.engine === engine);
}

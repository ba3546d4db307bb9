import type { Retraining } from '../policy/policyPart.ts';

/** Those of the runs, in order of time, that train: what RETRAIN says, as policy/decideTraining.ts applies it. */
export function trainingTimes(runs: readonly Date[], retrain: Retraining): Date[] {
  if (retrain.when === 'never') return [];
  if (retrain.when === 'always') return [...runs];
  const trainings: Date[] = [];
  for (const run of runs) {
    const last = trainings.at(-1);
    if (last === undefined || run.getTime() - last.getTime() > retrain.ms) trainings.push(run);
  }
  return trainings;
}

const YEAR_DAYS = 360;
const DAY_MS = 86_400_000;

/** Trainings in a month of 30 days when it has so many runs, evenly spread. */
export function trainingsAMonth(runsAMonth: number, retrain: Retraining): number {
  const runs = Math.round(runsAMonth * 12);
  const spacing = (YEAR_DAYS * DAY_MS) / runs;
  const times = Array.from({ length: runs }, (_, i) => new Date(Math.round(i * spacing)));
  return trainingTimes(times, retrain).length / 12;
}

import { describe, expect, it } from 'vitest';
import {
  addExample,
  calibratedChance,
  chanceTable,
  createCalibrationSums,
  fitIsotonic,
} from './calibration.ts';
import { createRandom } from './random.ts';

describe('isotonic calibration', () => {
  it('recovers known chances from wrong but ordered scores', () => {
    const random = createRandom(5);
    const sums = createCalibrationSums();
    for (let example = 0; example < 200_000; example += 1) {
      const chance = random() * 0.5;
      addExample(sums, 2 * Math.log(chance + 1e-6) + 1, random() < chance, 1);
    }
    const calibration = fitIsotonic(sums);
    for (const chance of [0.05, 0.2, 0.4]) {
      expect(calibratedChance(calibration, 2 * Math.log(chance) + 1)).toBeCloseTo(chance, 1);
    }
  });

  it('never falls while the score rises', () => {
    const random = createRandom(6);
    const sums = createCalibrationSums();
    for (let example = 0; example < 20_000; example += 1) addExample(sums, -10 * random(), random() < 0.1, 1);
    const { chance, score } = fitIsotonic(sums);
    for (let block = 1; block < chance.length; block += 1) {
      expect(chance[block]).toBeGreaterThanOrEqual(chance[block - 1] as number);
      expect(score[block]).toBeGreaterThan(score[block - 1] as number);
    }
  });

  it('counts examples by the number they stand for', () => {
    const sums = createCalibrationSums();
    for (let example = 0; example < 300; example += 1)
      addExample(sums, -2, example < 100, example < 100 ? 1 : 10);
    expect(calibratedChance(fitIsotonic(sums), -2)).toBeCloseTo(100 / 2_100, 2);
  });

  it('claims no chance where nothing was learnt', () => {
    expect(calibratedChance(fitIsotonic(createCalibrationSums()), -2)).toBe(0);
  });

  it('is read from a table within two thousandths', () => {
    const random = createRandom(5);
    const sums = createCalibrationSums();
    for (let at = 0; at < 50_000; at += 1) {
      const score = -10 * random();
      addExample(sums, score, random() < Math.exp(score / 2), 1);
    }
    const calibration = fitIsotonic(sums);
    const chanceOf = chanceTable(calibration);
    for (let score = -24; score < 4; score += 0.0173) {
      const exact = calibratedChance(calibration, score);
      expect(Math.abs(chanceOf(score) - exact)).toBeLessThanOrEqual(0.002 * exact + 1e-9);
    }
  });
});

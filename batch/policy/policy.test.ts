import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readConfig } from '../config.ts';
import { decideTraining } from './decideTraining.ts';
import { chooseImportMode } from './importMode.ts';
import type { Retraining } from './policyPart.ts';

const DAY = 86_400_000;
const last = { runId: 'r1', ageMs: 3 * DAY, missing: [] };
const olderThan = (days: number): Retraining => ({ when: 'older-than', ms: days * DAY });

describe('the policy', () => {
  test('trains every run with the embedded engine, and every 27 days on AWS', () => {
    const aws = readConfig({ PERSONALIZE_ROLE_ARN: 'arn:aws:iam::123456789012:role/r' }, ['policy']);
    expect(aws.policy).toMatchObject({ retrain: olderThan(27), importMode: 'full', repeats: {} });
    const embedded = { AWS_ENDPOINT_URL_PERSONALIZE: 'http://127.0.0.1:1' };
    expect(readConfig(embedded, ['policy']).policy.retrain).toEqual({ when: 'always' });
    for (const [name, bad] of [
      ['RETRAIN', 'sometimes'],
      ['RETRAIN', 'older-than 3 weeks'],
      ['REPEATS', '{"Mattresses":"maybe"}'],
      ['REPEATS', 'Mattresses'],
      ['IMPORT_MODE', 'half'],
      ['RECIPE_USER_PERSONALIZATION', 'v3'],
    ] as const) {
      expect(() => readConfig({ ...embedded, [name]: bad }, ['policy'])).toThrow(
        new RegExp(`- ${name} must be`),
      );
    }
  });
});

describe('a run', () => {
  test('loads what the last training gave while that is young enough, and says so', () => {
    expect(decideTraining(olderThan(27), last)).toEqual({
      train: false,
      outputsOf: 'r1',
      why: 'the training of run r1 is 3 days old and RETRAIN is older-than 27 days',
    });
    expect(decideTraining(olderThan(2), last)).toMatchObject({ train: true });
    expect(decideTraining({ when: 'always' }, last)).toMatchObject({ train: true });
  });

  test('trains when there is nothing to load, unless that is forbidden', () => {
    expect(decideTraining(olderThan(27), null)).toMatchObject({
      train: true,
      why: 'no run has inferred yet',
    });
    const gone = { ...last, missing: ['similar-items'] };
    expect(decideTraining(olderThan(27), gone)).toMatchObject({ train: true });
    expect(decideTraining({ when: 'never' }, gone)).toEqual({
      train: null,
      why: 'the outputs of run r1 are gone from the bucket: similar-items',
    });
    expect(decideTraining({ when: 'never' }, last)).toMatchObject({ train: false });
  });

  test('never loads outputs older than the policy allows', () => {
    fc.assert(
      fc.property(fc.nat(100), fc.nat(100), (days, age) => {
        const decision = decideTraining(olderThan(days), { ...last, ageMs: age * DAY });
        expect(decision.train).toBe(age > days);
      }),
    );
  });
});

describe('an incremental import', () => {
  const former = { data_until: 1_700_000_000, imported: true };
  test('sends what is newer than the last one', () => {
    const choice = chooseImportMode({ former, newRows: 1000, segments: false });
    expect(choice).toEqual({ since: 1_700_000_000, fallback: null });
  });
  test('is full, with the reason, where incremental cannot be right', () => {
    const full = { former, newRows: 5000, segments: false };
    const fallbackOf = (facts: Partial<typeof full> | { former: null }) =>
      chooseImportMode({ ...full, ...facts });
    expect(fallbackOf({ former: null })).toMatchObject({
      since: null,
      fallback: expect.stringMatching(/nothing has been imported/),
    });
    expect(fallbackOf({ former: { ...former, imported: false } }).fallback).toMatch(/not known/);
    expect(fallbackOf({ segments: true }).fallback).toMatch(/segments ignore/);
    expect(fallbackOf({ newRows: 999 }).fallback).toMatch(/999 new .* wants 1000/);
  });
});

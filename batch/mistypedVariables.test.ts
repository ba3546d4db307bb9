import { expect, test } from 'vitest';
import { mistypedVariables } from './mistypedVariables.ts';

test('names a variable that is a setting but for one letter, and what it was meant for', () => {
  expect(mistypedVariables({ SEGMENT: 'off', MAX_RUN_COSTS: '5', DATBASE_URL: 'postgres://secret' })).toEqual(
    [
      'SEGMENT is no setting of the batch and does nothing: SEGMENTS is one',
      'MAX_RUN_COSTS is no setting of the batch and does nothing: MAX_RUN_COST is one',
      'DATBASE_URL is no setting of the batch and does nothing: DATABASE_URL is one',
    ],
  );
});

test('is silent on settings, on variables of other programs, and where the right one is given too', () => {
  const others = {
    PATH: '/bin',
    HOME: '/root',
    AWS_PROFILE: 'a',
    AWS_ENDPOINT_URL_STS: 'b',
    AWS_ENDPOINT_URL: 'c',
  };
  expect(mistypedVariables({ ...others, SEGMENTS: 'off', SEGMENT: 'off', RETRAIN: 'never' })).toEqual([]);
});

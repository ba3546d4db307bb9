import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readConfig } from '../config.ts';
import { alternatives } from './alternatives.ts';
import { showUsd, sumOf } from './costLine.ts';
import { table } from './costLines.ts';
import { personalizeRun } from './personalizeCost.ts';
import { TARGET_PLAN as plan, TARGET_VOLUME as volume } from './targetShop.ts';

const docs = readFileSync(new URL('../../docs/cost.md', import.meta.url), 'utf8');
const { prices } = readConfig({}, ['money']).money;

test('the figures of docs/cost.md are those that batch cost prints', () => {
  const run = personalizeRun(volume, plan, prices);
  const figures = [
    `A run on AWS: ${showUsd(sumOf(run))}`,
    ...table(run),
    '',
    'Beside it:',
    ...table(alternatives(volume, { plan, requests: 1_000_000 }, prices)),
  ].join('\n');
  const block = /```\n([\s\S]*?)\n?```/.exec(docs.slice(docs.indexOf('<!-- figures')))?.[1];
  expect(block).toBe(figures);
});

test('the sum that is nearly $7.50 is that of another shop', () => {
  const usd = 100 * prices.inference_1000 + 3 * prices.training_hour + prices.ingestion_gb;
  expect(docs).toContain(`are $${usd.toFixed(2)}`);
});

import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { Recommendation, RecommendationPart } from '../../shared/api/recommendation.ts';
import { askExamples } from '../testing/askExamples.ts';
import { clientSource } from './clientSource.ts';
import { type Json, openApiDocument } from './document.ts';
import { READS } from './reads.ts';

const DOCUMENT = new URL('../public/openapi.json', import.meta.url);
const CLIENT = new URL('../client/recommendationsClient.ts', import.meta.url);
const { UPDATE_OPENAPI } = process.env;

let examples: Json;
let document: Json;
beforeAll(async () => {
  examples = await askExamples();
  document = openApiDocument(examples);
});

/** After a change of the API: UPDATE_OPENAPI=1 npx vitest run edge/openapi */
test('the document that is served is the one the schemas give, its examples being real answers', async () => {
  const text = `${JSON.stringify(document, null, 1)}\n`;
  if (UPDATE_OPENAPI === '1') await writeFile(DOCUMENT, text);
  expect(await readFile(DOCUMENT, 'utf8')).toBe(text);
});

test('the client is the one the document gives', async () => {
  const biome = fileURLToPath(new URL('../../node_modules/@biomejs/biome/bin/biome', import.meta.url));
  const format = promisify(execFile);
  const made = new URL('../client/recommendationsClient.made.ts', import.meta.url);
  await writeFile(made, clientSource(document));
  try {
    await format(process.execPath, [biome, 'format', '--write', fileURLToPath(made)]);
    const text = await readFile(made, 'utf8');
    if (UPDATE_OPENAPI === '1') await writeFile(CLIENT, text);
    expect(await readFile(CLIENT, 'utf8')).toBe(text);
  } finally {
    await rm(made, { force: true });
  }
});

test('every example is an answer as documented', () => {
  for (const { name, answer, example } of READS) {
    const given = examples[name];
    if (!example.includes('fields=')) answer.schema.parse(given);
    const lists = z.object({ recommendations: z.array(z.unknown()) }).safeParse(given);
    if (name === 'older' || !lists.success) continue;
    expect(lists.data.recommendations.length, name).toBeGreaterThan(0);
    for (const item of lists.data.recommendations)
      (example.includes('fields=') ? RecommendationPart : Recommendation).parse(item);
  }
});

test('every parameter is described and every reference leads somewhere', () => {
  const text = JSON.stringify(document);
  const { components, paths } = JSON.parse(text);
  for (const [, name] of text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)) {
    expect(Object.keys(components.schemas)).toContain(name);
  }
  const described = { parameters: [{ name: '', description: '', schema: {} }] };
  const operations = Object.values<Record<string, Partial<typeof described>>>(paths).flatMap(Object.values);
  for (const { parameters = [] } of operations) {
    for (const { name, description, schema } of parameters) {
      expect(description, name).toBeTruthy();
      expect(schema, name).toHaveProperty('type');
    }
  }
});

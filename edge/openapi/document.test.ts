import { readFile, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { openApiDocument } from './document.ts';

const FILE = new URL('../public/openapi.json', import.meta.url);

/** After a change of the API: UPDATE_OPENAPI=1 npx vitest run edge/openapi */
test('the document that is served is the one the schemas give', async () => {
  const text = `${JSON.stringify(openApiDocument(), null, 1)}\n`;
  const { UPDATE_OPENAPI } = process.env;
  if (UPDATE_OPENAPI === '1') await writeFile(FILE, text);
  expect(await readFile(FILE, 'utf8')).toBe(text);
});

test('every parameter is described and every reference leads somewhere', () => {
  const text = JSON.stringify(openApiDocument());
  const { components, paths } = JSON.parse(text);
  for (const [, name] of text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)) {
    expect(Object.keys(components.schemas)).toContain(name);
  }
  const described = { parameters: [{ name: '', description: '', schema: {} }] };
  for (const { get } of Object.values<{ get: Partial<typeof described> }>(paths)) {
    for (const { name, description, schema } of get.parameters ?? []) {
      expect(description, name).toBeTruthy();
      expect(schema, name).toHaveProperty('type');
    }
  }
});

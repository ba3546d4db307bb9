import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPERATIONS, REST_OPERATIONS } from './registry.ts';
import { readModels } from './testing/contract.ts';
import { type Harness, startHarness } from './testing/harness.ts';
import { SIGNED } from './testing/post.ts';
import { breachesOf, sampleOf } from './testing/samples.ts';

const models = readModels();

interface Target {
  readonly name: string;
  readonly path: string;
  readonly service: keyof NonNullable<typeof models>;
}

const TARGETS: readonly Target[] = [
  ...OPERATIONS.map(({ name }) => ({ name, path: '/', service: 'personalize' as const })),
  ...REST_OPERATIONS,
];

describe.skipIf(models === null)("every constraint of Amazon's models", { timeout: 300_000 }, () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness({ profile: 'engine' });
  });
  afterAll(() => harness.stop());

  const send = async ({ name, path }: Target, request: unknown) => {
    const answer = await fetch(`${harness.personalize.url}${path}`, {
      method: 'POST',
      headers: { ...SIGNED, 'x-amz-target': `AmazonPersonalize.${name}` },
      body: JSON.stringify(request),
    });
    const text = await answer.text();
    const { __type: type = '', message = '' } = text === '' ? {} : JSON.parse(text);
    return { type: String(type), message: String(message) };
  };

  it('is held: a request that breaks one is refused by its name and place', async () => {
    const wrong: string[] = [];
    let tried = 0;
    for (const target of TARGETS) {
      const model = models?.[target.service];
      const input = model?.operations[target.name]?.input?.shape;
      if (model === undefined || input === undefined) continue;
      for (const { path, breaks, request, error } of breachesOf(model, input)) {
        tried++;
        const { type, message } = await send(target, request);
        const named = error === 'SerializationException' || message.includes(`at '${path}' failed`);
        if (type !== error || !named) wrong.push(`${target.name} ${path} ${breaks}: ${type} ${message}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(tried).toBeGreaterThan(700);
  });

  it('is all that is held: a request within them is understood', async () => {
    const wrong: string[] = [];
    for (const target of TARGETS) {
      const model = models?.[target.service];
      const input = model?.operations[target.name]?.input?.shape;
      if (model === undefined || input === undefined) continue;
      const { type, message } = await send(target, sampleOf(model, input));
      if (type === 'SerializationException' || /validation errors? detected/.test(message))
        wrong.push(`${target.name}: ${type} ${message}`);
    }
    expect(wrong).toEqual([]);
  });
});

import { existsSync, globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { runBatchProgram } from '../../local/testing/batchProgram.ts';
import { parseConfigFile } from '../configFile.ts';
import { isVariable, variable } from '../variables.ts';
import { timesOfYear } from './countTimes.ts';
import { USUAL_TIMES } from './usualTimes.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): string => readFileSync(`${root}${path}`, 'utf8');

const Args = z.array(z.string()).min(1);
const Compose = z.object({ services: z.record(z.string(), z.object({ command: Args })) });
const Container = z.object({ args: Args, env: z.array(z.object({ name: z.string(), value: z.string() })) });
const Kubernetes = z.object({
  items: z.array(
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('ConfigMap'), data: z.record(z.string(), z.string()) }),
      z.object({
        kind: z.literal('CronJob'),
        metadata: z.object({ name: z.string() }),
        spec: z.object({
          schedule: z.string(),
          timeZone: z.string(),
          jobTemplate: z.object({
            spec: z.object({
              template: z.object({ spec: z.object({ containers: z.array(Container) }) }),
            }),
          }),
        }),
      }),
    ]),
  ),
});
const Named = z.array(z.object({ name: z.string() }));
const Task = z.object({
  containerDefinitions: z.array(z.object({ command: Args, environment: Named, secrets: Named })),
});
const Target = z.object({
  Input: z
    .string()
    .transform((text) =>
      z.object({ containerOverrides: z.array(z.object({ command: Args })) }).parse(JSON.parse(text)),
    ),
});

const compose = Compose.parse(parse(read('infra/compose.yaml'), { merge: true }));
const { items } = Kubernetes.parse(parse(read('infra/kubernetes.yaml'), { merge: true }));
const cronJobs = items.filter((item) => item.kind === 'CronJob');
const task = Task.parse(JSON.parse(read('infra/ecs-task.json')));
const targets = globSync('infra/ecs-target-*.json', { cwd: root }).map((path) =>
  Target.parse(JSON.parse(read(path))),
);
const dockerfile = read('Dockerfile');

const commands = [
  ...Object.values(compose.services).map(({ command }) => command),
  ...cronJobs.flatMap(({ spec }) => spec.jobTemplate.spec.template.spec.containers.map(({ args }) => args)),
  ...task.containerDefinitions.map(({ command }) => command),
  ...targets.flatMap(({ Input }) => Input.containerOverrides.map(({ command }) => command)),
  ...[...dockerfile.matchAll(/CMD (\[.*\])/g)].map(([, list = '']) =>
    Args.parse(JSON.parse(list)).filter((word) => !/^(node|--import|tsx|batch\/main\.ts)$/.test(word)),
  ),
];

describe('the examples of infra/', () => {
  test('name commands and flags that there are', async () => {
    const flagsOf = new Map<string, Set<string>>();
    for (const [command = '', ...words] of commands) {
      const flags = flagsOf.get(command) ?? new Set();
      for (const word of words) if (word.startsWith('--')) flags.add(word);
      flagsOf.set(command, flags);
    }
    expect([...flagsOf.keys()].sort()).toEqual(['migrate', 'run', 'status', 'sync']);
    await Promise.all(
      [...flagsOf].map(async ([command, flags]) => {
        const { code, out } = await runBatchProgram({}, [command, '--help'], root);
        expect(code).toBe(0);
        for (const flag of flags) expect(out).toContain(flag);
      }),
    );
  });

  test('name settings that there are, secrets apart', () => {
    const container = task.containerDefinitions[0];
    for (const { name } of container?.environment ?? []) expect([name, isOpen(name)]).toEqual([name, true]);
    for (const { name } of container?.secrets ?? []) expect([name, isSecret(name)]).toEqual([name, true]);
    const config = items.find((item) => item.kind === 'ConfigMap');
    expect(parseConfigFile('k', config?.data['batch.config.json'] ?? '').problems).toEqual([]);
    for (const job of cronJobs)
      for (const { env } of job.spec.jobTemplate.spec.template.spec.containers)
        for (const { name } of env) expect([name, isOpen(name)]).toEqual([name, true]);
    for (const [name] of read('infra/kubernetes.yaml').matchAll(/(?<=from-literal=)\w+/g))
      expect([name, isSecret(name)]).toEqual([name, true]);
  });

  test('keep to the usual times', () => {
    for (const { spec } of cronJobs) {
      const { schedule: pattern, timeZone } = spec;
      expect(timesOfYear({ pattern, timeZone }, new Date(0)).length).toBeGreaterThan(0);
    }
    const times = Object.fromEntries(cronJobs.map(({ metadata, spec }) => [metadata.name, spec.schedule]));
    expect(times).toMatchObject({ run: USUAL_TIMES.aws, sync: USUAL_TIMES.sync });
  });
});

const isOpen = (name: string): boolean => isVariable(name) && variable(name).secret !== true;
const isSecret = (name: string): boolean => isVariable(name) && variable(name).secret === true;

describe('the image', () => {
  test('copies folders that there are, and leaves out none that the batch imports', () => {
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(([, from = '']) =>
      from.split(' '),
    );
    for (const path of copied) expect([path, existsSync(`${root}${path}`)]).toEqual([path, true]);
    const ignored = read('.dockerignore');
    for (const path of copied) expect(ignored).toContain(`!${path}\n`);
    expect(copied).toEqual(expect.arrayContaining(['batch', 'shared', 'migrations']));
  });

  test('has every package that the batch imports among the production ones', () => {
    const { dependencies } = z
      .object({ dependencies: z.record(z.string(), z.string()) })
      .parse(JSON.parse(read('package.json')));
    const files = globSync('{batch,shared}/**/*.ts', { cwd: root }).filter(
      (path) => !/\.test\.ts$|^batch\/testing\//.test(path),
    );
    expect(files.length).toBeGreaterThan(100);
    const imported = new Set(files.flatMap((path) => packagesOf(read(path))));
    expect([...imported].filter((name) => !Object.hasOwn(dependencies, name))).toEqual([]);
  });
});

/** Packages a module imports, types left out: they are gone when it runs. */
function packagesOf(source: string): string[] {
  const specifiers = [...source.matchAll(/^(?:import|export) (?!type )[^;]*?from '([^'.][^']*)'/gms)].map(
    ([, name = '']) => name,
  );
  return specifiers
    .filter((name) => !name.startsWith('node:') && name !== 'bundled-defaults')
    .map((name) =>
      name
        .split('/')
        .slice(0, name.startsWith('@') ? 2 : 1)
        .join('/'),
    );
}

import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';

/** Amazon's published model of the service, when it lies beside the project (it is not part of it). */
const FOLDER = new URL('../../../../shared/aws/', import.meta.url);

const Member = z.object({ shape: z.string() });
const Shape = z.object({
  type: z.string(),
  required: z.array(z.string()).optional(),
  members: z.record(z.string(), Member).optional(),
  member: Member.optional(),
  key: Member.optional(),
  value: Member.optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  pattern: z.string().optional(),
  enum: z.array(z.string()).optional(),
});
export type Shape = z.infer<typeof Shape>;
const Model = z.object({
  operations: z.record(
    z.string(),
    z.object({ input: Member.optional(), output: Member.optional(), errors: z.array(Member).optional() }),
  ),
  shapes: z.record(z.string(), Shape),
});
export type Model = z.infer<typeof Model>;

/** null when the file is not there. */
export function readServiceModel(service: string): Model | null {
  const path = new URL(`${service}.service-2.json`, FOLDER);
  return existsSync(path) ? Model.parse(JSON.parse(readFileSync(path, 'utf8'))) : null;
}

const entriesOf = (value: unknown): [string, unknown][] =>
  typeof value === 'object' && value !== null ? Object.entries(value) : [];

function sizeProblems({ min, max }: Shape, size: number, path: string): string[] {
  const low = min !== undefined && size < min;
  const high = max !== undefined && size > max;
  return low || high ? [`${path}: size ${size} is not within ${min ?? 0}..${max ?? '∞'}`] : [];
}

function stringProblems(shape: Shape, value: unknown, path: string): string[] {
  if (typeof value !== 'string') return [`${path}: not a string`];
  const problems = sizeProblems(shape, value.length, path);
  const pattern = shape.pattern === undefined ? null : new RegExp(`^(?:${shape.pattern})$`, 'u');
  if (pattern?.test(value) === false) problems.push(`${path}: '${value}' does not match ${shape.pattern}`);
  if (shape.enum?.includes(value) === false) problems.push(`${path}: '${value}' is none of ${shape.enum}`);
  return problems;
}

function structureProblems(model: Model, shape: Shape, value: unknown, path: string): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return [`${path}: not a structure`];
  const missing = (shape.required ?? [])
    .filter((name) => !(name in value))
    .map((name) => `${path}.${name}: missing`);
  const inside = entriesOf(value).flatMap(([name, member]) => {
    const known = shape.members?.[name];
    return known === undefined
      ? [`${path}.${name}: unknown`]
      : problemsOf(model, known.shape, member, `${path}.${name}`);
  });
  return [...missing, ...inside];
}

function listProblems(model: Model, shape: Shape, value: unknown, path: string): string[] {
  if (!Array.isArray(value)) return [`${path}: not a list`];
  const inside = value.flatMap((one, at) =>
    problemsOf(model, shape.member?.shape ?? '', one, `${path}[${at}]`),
  );
  return [...sizeProblems(shape, value.length, path), ...inside];
}

function mapProblems(model: Model, shape: Shape, value: unknown, path: string): string[] {
  if (typeof value !== 'object' || value === null) return [`${path}: not a map`];
  return entriesOf(value).flatMap(([key, member]) => [
    ...problemsOf(model, shape.key?.shape ?? '', key, `${path} key`),
    ...problemsOf(model, shape.value?.shape ?? '', member, `${path}.${key}`),
  ]);
}

function numberProblems(shape: Shape, value: unknown, path: string): string[] {
  if (typeof value !== 'number') return [`${path}: not a number`];
  const whole = shape.type === 'integer' || shape.type === 'long';
  return whole && !Number.isInteger(value) ? [`${path}: not whole`] : sizeProblems(shape, value, path);
}

/** What of a value is outside its shape: unknown or missing members, types, sizes, patterns, enums. */
export function problemsOf(model: Model, name: string, value: unknown, path: string): string[] {
  const shape = model.shapes[name];
  if (shape === undefined) return [`${path}: no shape ${name}`];
  switch (shape.type) {
    case 'structure':
      return structureProblems(model, shape, value, path);
    case 'list':
      return listProblems(model, shape, value, path);
    case 'map':
      return mapProblems(model, shape, value, path);
    case 'string':
      return stringProblems(shape, value, path);
    case 'boolean':
      return typeof value === 'boolean' ? [] : [`${path}: not a boolean`];
    default:
      return numberProblems(shape, value, path);
  }
}

import type { Model, Shape } from './model.ts';

/** Values that satisfy the patterns of Personalize's models. */
const OF_PATTERN: readonly (readonly [RegExp, string])[] = [
  [/:iam:/, 'arn:aws:iam::000000000000:role/personalize'],
  [/:kms:/, 'arn:aws:kms:eu-central-1:000000000000:key/1'],
  [/:personalize:/, 'arn:aws:personalize:eu-central-1:000000000000:thing/none'],
  [/s3/, 's3://shop-data/none/'],
  [/rate/, 'rate(7 days)'],
];

function sampleText({ pattern = '', enum: values, min = 1 }: Shape): string {
  const [first] = values ?? [];
  return first ?? OF_PATTERN.find(([form]) => form.test(pattern))?.[1] ?? 'a'.repeat(Math.max(1, min));
}

/** A value of the shape with every member given, each within its constraints. */
export function sampleOf(model: Model, name: string): unknown {
  const shape = model.shapes[name];
  switch (shape?.type) {
    case 'structure':
      return Object.fromEntries(
        Object.entries(shape.members ?? {}).map(([member, of]) => [member, sampleOf(model, of.shape)]),
      );
    case 'list':
      return [sampleOf(model, shape.member?.shape ?? '')];
    case 'map':
      return {
        [String(sampleOf(model, shape.key?.shape ?? ''))]: sampleOf(model, shape.value?.shape ?? ''),
      };
    case 'string':
      return sampleText(shape);
    case 'boolean':
      return true;
    default:
      return Math.min(Math.max(1, shape?.min ?? 1), shape?.max ?? 1);
  }
}

/** A request outside the model in one place, and what it breaks there. */
export interface Breach {
  /** Where, as Amazon's messages write it: `tags.1.member.tagKey`. */
  readonly path: string;
  readonly breaks: string;
  readonly request: unknown;
  readonly error: 'InvalidInputException' | 'SerializationException';
}

interface Place {
  readonly path: string;
  /** The whole request with this value in the place; undefined takes the member away. */
  readonly put: (value: unknown) => unknown;
}

const within = ({ path }: Place, step: string) => (path === '' ? step : `${path}.${step}`);

function textBreaches({ pattern, enum: values, min, max }: Shape): [string, unknown][] {
  return [
    ...(min !== undefined && min > 0 ? [['length', ''] as [string, unknown]] : []),
    ...(max !== undefined ? [['length', 'a'.repeat(max + 1)] as [string, unknown]] : []),
    ...(pattern !== undefined && !new RegExp(`^(?:${pattern})$`, 'u').test('é ~')
      ? [['pattern', 'é ~'] as [string, unknown]]
      : []),
    ...(values !== undefined ? [['enum', 'NONE_SUCH'] as [string, unknown]] : []),
  ];
}

function numberBreaches({ min, max }: Shape): [string, unknown][] {
  return [
    ...(min !== undefined ? [['value', min - 1] as [string, unknown]] : []),
    ...(max !== undefined ? [['value', max + 1] as [string, unknown]] : []),
  ];
}

const WRONG_TYPE: Readonly<Record<string, unknown>> = { string: 5, boolean: 'yes', list: {}, map: [1] };

/** Every way a request can break its shape in exactly one place. */
export function breachesOf(model: Model, name: string, at?: Place): Breach[] {
  const place = at ?? { path: '', put: (value) => value };
  const shape = model.shapes[name];
  if (shape === undefined) return [];
  const bad = (breaks: string, value: unknown): Breach => ({
    path: place.path,
    breaks,
    request: place.put(value),
    error: 'InvalidInputException',
  });
  const wrongType: Breach[] =
    at === undefined
      ? []
      : [{ ...bad('type', WRONG_TYPE[shape.type] ?? 'text'), error: 'SerializationException' }];
  return [...wrongType, ...inside(model, name, place, bad)];
}

function inside(
  model: Model,
  name: string,
  place: Place,
  bad: (breaks: string, value: unknown) => Breach,
): Breach[] {
  const shape = model.shapes[name];
  const sample = sampleOf(model, name);
  const make = ([breaks, value]: [string, unknown]) => bad(breaks, value);
  switch (shape?.type) {
    case 'structure':
      return structureBreaches(model, shape, place, sample);
    case 'list': {
      const member = shape.member?.shape ?? '';
      const many = shape.max === undefined ? [] : [new Array(shape.max + 1).fill(sampleOf(model, member))];
      const few = (shape.min ?? 0) > 0 ? [[]] : [];
      return [
        ...[...many, ...few].map((list) => bad('length', list)),
        ...breachesOf(model, member, {
          path: within(place, '1.member'),
          put: (value) => place.put([value]),
        }),
      ];
    }
    case 'map':
      if (shape.max === undefined) return [];
      return [bad('length', mapOf(model, shape, shape.max + 1))];
    case 'string':
      return textBreaches(shape).map(make);
    case 'boolean':
      return [];
    default:
      return shape === undefined ? [] : numberBreaches(shape).map(make);
  }
}

/** A name of its own for each number, in letters: a, b … z, ba … */
const letters = (n: number): string =>
  (n < 26 ? '' : letters(Math.floor(n / 26))) + String.fromCharCode(97 + (n % 26));

function mapOf(model: Model, { key, value }: Shape, size: number): Record<string, unknown> {
  const given = sampleOf(model, value?.shape ?? '');
  const keys = model.shapes[key?.shape ?? '']?.enum;
  return Object.fromEntries(Array.from({ length: size }, (_, n) => [keys?.[n] ?? `k${letters(n)}`, given]));
}

function structureBreaches(model: Model, shape: Shape, place: Place, sample: unknown): Breach[] {
  const whole: Record<string, unknown> = { ...(typeof sample === 'object' ? sample : {}) };
  return Object.entries(shape.members ?? {}).flatMap(([member, { shape: name }]) => {
    const there: Place = {
      path: within(place, member),
      put: (value) => place.put({ ...whole, [member]: value }),
    };
    const isRequired = shape.required?.includes(member) ?? false;
    const missing: Breach[] = isRequired
      ? [
          {
            path: there.path,
            breaks: 'required',
            request: there.put(undefined),
            error: 'InvalidInputException',
          },
        ]
      : [];
    return [...missing, ...breachesOf(model, name, there)];
  });
}

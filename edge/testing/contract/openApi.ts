import * as z from 'zod';

/** What the fuzzer reads of an OpenAPI document: as much as it uses, whatever else is in it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

const Schema = z.record(z.string(), z.unknown());
const Ref = z.object({ $ref: z.string() });
const Parameter = z.object({
  name: z.string(),
  in: z.enum(['path', 'query', 'header']),
  required: z.boolean(),
  schema: Schema,
});
export type Parameter = z.infer<typeof Parameter>;

const Header = z.object({ required: z.boolean().default(false), schema: Schema });
const Response = z.object({
  headers: z.record(z.string(), z.union([Ref, Header])).default({}),
  content: z.record(z.string(), z.object({ schema: Schema })).default({}),
});
export type DocumentedResponse = z.infer<typeof Response>;

const Operation = z.object({
  operationId: z.string(),
  tags: z.array(z.string()),
  parameters: z.array(Parameter).default([]),
  requestBody: z
    .object({ content: z.object({ 'application/json': z.object({ schema: Schema }) }) })
    .optional(),
  responses: z.record(z.string(), z.union([Ref, Response])),
});
export type Operation = z.infer<typeof Operation> & { readonly path: string; readonly method: string };

const Document = z.object({
  paths: z.record(z.string(), z.record(z.string(), Operation)),
  components: z.object({
    schemas: z.record(z.string(), Schema),
    responses: z.record(z.string(), Response),
    headers: z.record(z.string(), Header),
  }),
});

export interface OpenApi {
  readonly operations: readonly Operation[];
  readonly schemas: Readonly<Record<string, JsonSchema>>;
  /** What an operation answers with a status, references followed; null: that is not documented. */
  responseOf(operation: Operation, status: number): DocumentedResponse | null;
  headerOf(header: z.infer<typeof Header> | z.infer<typeof Ref>): z.infer<typeof Header>;
}

export function readOpenApi(text: string): OpenApi {
  const { paths, components } = Document.parse(JSON.parse(text));
  const nameOf = ({ $ref }: { $ref: string }) => $ref.split('/').at(-1) ?? '';
  return {
    operations: Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        ...operation,
        path,
        method: method.toUpperCase(),
      })),
    ),
    schemas: components.schemas,
    responseOf({ responses }, status) {
      const response = responses[String(status)];
      if (response === undefined) return null;
      return '$ref' in response ? (components.responses[nameOf(response)] ?? null) : response;
    },
    headerOf(header) {
      if (!('$ref' in header)) return header;
      const found = components.headers[nameOf(header)];
      if (found === undefined) throw new Error(`${header.$ref} leads nowhere`);
      return found;
    },
  };
}

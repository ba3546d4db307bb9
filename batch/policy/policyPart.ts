import { z } from 'zod';

const DAY_MS = 86_400_000;

/** When a run trains and infers anew; otherwise it loads what an earlier run inferred. */
export type Retraining =
  | { readonly when: 'always' }
  | { readonly when: 'never' }
  | { readonly when: 'older-than'; readonly ms: number };

const Retrain = z.string().transform((text, context): Retraining => {
  if (text === 'always' || text === 'never') return { when: text };
  const days = /^older-than[ -](\d{1,4})[ -]days?$/.exec(text)?.[1];
  if (days !== undefined) return { when: 'older-than', ms: Number(days) * DAY_MS };
  context.addIssue({ code: 'custom', message: 'must be always, never or "older-than N days"' });
  return z.NEVER;
});

export const REPEAT_VERDICTS = ['yes', 'no', 'learnt'] as const;
export type RepeatVerdict = (typeof REPEAT_VERDICTS)[number];
const Verdicts = z.record(z.string(), z.enum(REPEAT_VERDICTS));

const Repeats = z.string().transform((text, context): Readonly<Record<string, RepeatVerdict>> => {
  const read = Verdicts.safeParse(jsonOf(text));
  if (read.success) return read.data;
  context.addIssue({
    code: 'custom',
    message: 'must be JSON such as {"Mattresses":"no","Pillowcases":"yes"}',
  });
  return z.NEVER;
});

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** What a run spends and shows, as far as the shop decides it. */
export const policy = z
  .object({
    RETRAIN: Retrain,
    IMPORT_MODE: z.enum(['full', 'incremental'], { error: 'must be full or incremental' }),
    RECIPE_USER_PERSONALIZATION: z.enum(['v1', 'v2'], { error: 'must be v1 or v2' }),
    REPEATS: Repeats,
  })
  .transform((env) => ({
    retrain: env.RETRAIN,
    importMode: env.IMPORT_MODE,
    userPersonalization: env.RECIPE_USER_PERSONALIZATION,
    repeats: env.REPEATS,
  }));

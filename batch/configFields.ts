import { z } from 'zod';

/** Kinds of values that variables have, and what is said of those that are none. */

export const text = z.string({ error: 'is not set' });
export const url = z.url({
  error: (issue) => (issue.input === undefined ? 'is not set' : 'is not an address (URL)'),
});
export const switchOf = (on: string, off: string) =>
  z.enum([on, off], { error: `must be ${on} or ${off}` }).transform((value) => value === on);
export const whole = (from: number, to: number) =>
  z.coerce
    .number({ error: 'is not a number' })
    .int('must be whole')
    .min(from, `must be at least ${from}`)
    .max(to, `must be at most ${to}`);
export const hours = z.coerce.number({ error: 'is not a number' }).positive('must be above 0');

export const region = text.regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'is not a region name such as eu-central-1');

import { BatchError } from '../errors.ts';
import type { Finding } from './finding.ts';

const WORDS = { error: 'ERROR', warning: 'warning', note: 'note' } as const;

/** A finding for people, in two or three lines. */
export function findingLines({ check, severity, message, examples, remedy }: Finding): string[] {
  return [
    `${WORDS[severity].padEnd(7)} ${message} [${check}]`,
    ...(examples.length === 0 ? [] : [`        for example: ${examples.join('; ')}`]),
    `        what to do: ${remedy}`,
  ];
}

/** Throws BatchError `data_errors` when one of the findings is an error. */
export function refuseErrors(findings: readonly Finding[]): void {
  const errors = findings.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  if (first === undefined) return;
  throw new BatchError({
    code: 'data_errors',
    message: `the orders cannot be learnt from: ${errors.map(({ message }) => message).join('; ')}`,
    remedy: `${first.remedy}; batch doctor tells all it found`,
    final: true,
  });
}

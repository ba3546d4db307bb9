import { InvalidArgumentError } from 'commander';

/** Of a flag that takes some of these names, comma-separated: refuses any other. */
export function someOf(names: readonly string[]): (text: string) => string {
  return (text) => {
    if (text.split(',').every((name) => names.includes(name))) return text;
    throw new InvalidArgumentError(`It names some of ${names.join(', ')}.`);
  };
}

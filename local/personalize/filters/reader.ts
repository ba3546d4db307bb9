import { FilterSyntaxError, type Token, tokensOf } from './tokens.ts';

/** Reads tokens one by one, for a parser by recursive descent. */
export class Reader {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(text: string) {
    this.#tokens = tokensOf(text);
  }

  get token(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end', text: '', position: 0 };
  }

  next(): Token {
    const token = this.token;
    this.#at++;
    return token;
  }

  /** True, and past it, when the next token is that word (in any case) or sign. */
  takes(text: string): boolean {
    const { kind, text: found } = this.token;
    const same = (kind === 'word' && found.toUpperCase() === text) || (kind === 'sign' && found === text);
    if (same) this.#at++;
    return same;
  }

  expect(text: string): void {
    if (!this.takes(text)) throw this.error(`Expected ${text}`);
  }

  word(what: string): Token {
    if (this.token.kind !== 'word') throw this.error(`Expected ${what}`);
    return this.next();
  }

  error(problem: string): FilterSyntaxError {
    const { kind, text, position } = this.token;
    return new FilterSyntaxError(`${problem}, found ${kind === 'end' ? 'the end' : `'${text}'`}`, position);
  }
}

export interface Token {
  readonly kind: 'word' | 'text' | 'number' | 'parameter' | 'sign' | 'end';
  /** Without quotes or dollar sign. */
  readonly text: string;
  readonly position: number;
}

/** A filter expression that cannot be read; `position` counts characters from 0. */
export class FilterSyntaxError extends Error {
  override readonly name = 'FilterSyntaxError';
  readonly position: number;

  constructor(problem: string, position: number) {
    super(`${problem} at position ${position}`);
    this.position = position;
  }
}

const FORMS: readonly (readonly [Token['kind'], RegExp])[] = [
  ['text', /"((?:[^"\\]|\\.)*)"/y],
  ['parameter', /\$([A-Za-z_]\w*)/y],
  ['number', /(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)/y],
  ['word', /([A-Za-z_]\w*)/y],
  ['sign', /(<=|>=|!=|[=<>(),|.*])/y],
];

function tokenAt(text: string, position: number): { token: Token; end: number } {
  for (const [kind, form] of FORMS) {
    form.lastIndex = position;
    const match = form.exec(text);
    if (match === null) continue;
    const inner = match[1] ?? '';
    const unescaped = kind === 'text' ? inner.replaceAll(/\\(.)/g, '$1') : inner;
    return { token: { kind, text: unescaped, position }, end: form.lastIndex };
  }
  const what =
    text[position] === '"' ? 'A quoted text without its end' : `Unexpected character '${text[position]}'`;
  throw new FilterSyntaxError(what, position);
}

/** Splits an expression into tokens, an `end` token last. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let position = 0;
  for (;;) {
    while (/\s/.test(text[position] ?? '')) position++;
    if (position >= text.length) break;
    const { token, end } = tokenAt(text, position);
    tokens.push(token);
    position = end;
  }
  tokens.push({ kind: 'end', text: '', position: text.length });
  return tokens;
}

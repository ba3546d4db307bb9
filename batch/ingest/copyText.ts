const FIRST_BYTES = 1 << 16;
/** The most bytes a UTF-16 unit takes in UTF-8. */
const BYTES_PER_UNIT = 3;

/** Lines of COPY's text format gathered as bytes: millions of strings kept waiting would be collected again and again. */
interface CopyText {
  readonly bytes: number;
  add(line: string): void;
  /** What has gathered; the text is empty afterwards. */
  take(): Buffer;
}

export function createCopyText(): CopyText {
  let buffer = Buffer.allocUnsafe(FIRST_BYTES);
  let used = 0;
  return {
    get bytes() {
      return used;
    },
    add: (line) => {
      const most = used + line.length * BYTES_PER_UNIT;
      if (most > buffer.length) {
        const larger = Buffer.allocUnsafe(Math.max(most, buffer.length * 2));
        buffer.copy(larger, 0, 0, used);
        buffer = larger;
      }
      used += buffer.write(line, used);
    },
    take: () => {
      const taken = buffer.subarray(0, used);
      buffer = Buffer.allocUnsafe(FIRST_BYTES);
      used = 0;
      return taken;
    },
  };
}

type CopyValue = string | number | boolean | null;

/** A line of COPY's text format. */
export function copyLine(values: readonly CopyValue[]): string {
  let line = '';
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as CopyValue;
    if (i > 0) line += '\t';
    if (value === null) line += '\\N';
    else line += typeof value === 'string' ? escaped(value) : String(value);
  }
  return `${line}\n`;
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

function escaped(text: string): string {
  return /[\\\t\n\r]/.test(text) ? text.replace(/[\\\t\n\r]/g, (c) => ESCAPES[c] ?? c) : text;
}

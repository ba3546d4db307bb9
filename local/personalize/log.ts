/** Where the stand-in tells what it does; it prints nothing itself. */
export type Log = (message: string, details?: Readonly<Record<string, unknown>>) => void;

/** A log that cannot break the work it tells of. */
export const harmless =
  (log: Log): Log =>
  (message, details) => {
    try {
      log(message, details);
    } catch {
      // There is nowhere left to tell it.
    }
  };

const readable = (_key: string, value: unknown): unknown =>
  value instanceof Error ? (value.stack ?? String(value)) : value;

/** One line of a log file: details as JSON, errors as their stack. Never throws. */
export function logLine(message: string, details?: Readonly<Record<string, unknown>>): string {
  if (details === undefined) return message;
  try {
    return `${message} ${JSON.stringify(details, readable)}`;
  } catch {
    return `${message} (its details cannot be written)`;
  }
}

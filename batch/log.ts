/** Plain lines for people and log collectors. No personal data, no secrets. */
export interface Log {
  info(message: string): void;
  warn(message: string): void;
}

/** @param write receives one line without its newline */
export function createLog(write: (line: string) => void): Log {
  return {
    info: (message) => write(message),
    warn: (message) => write(`warning: ${message}`),
  };
}

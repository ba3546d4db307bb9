/** Where the stand-in tells what it does; it prints nothing itself. */
export type Log = (message: string, details?: Readonly<Record<string, unknown>>) => void;

import { spawn } from 'node:child_process';

export interface Ran {
  readonly code: number;
  /** Standard output; empty when it was shown as it came. */
  readonly out: string;
}

/** Runs a program of the project to its end. @param shown its output goes to the terminal */
export type Run = (program: string, args: readonly string[], shown: boolean) => Promise<Ran>;

export const runProgram: Run = (program, args, shown) =>
  new Promise((resolve, reject) => {
    const child = spawn(program, [...args], { stdio: ['inherit', shown ? 'inherit' : 'pipe', 'inherit'] });
    let out = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      out += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, out }));
  });

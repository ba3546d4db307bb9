import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const Ports = z.object({
  postgres: z.int().optional(),
  neon: z.int().optional(),
  s3: z.int().optional(),
  personalize: z.int().optional(),
});
/** Where each stand-in listened last time: it does so again when it can, so that env files stay true. */
export type Ports = z.infer<typeof Ports>;

/** The folder of one local shop. */
export interface Home {
  readonly dir: string;
  /** Keys the customers' hashes; random, made once. */
  readonly idHashKey: string;
  /** Opens the administration of this folder's Worker. */
  readonly adminToken: string;
  /** Signs drills. */
  readonly drillKey: string;
  readonly ports: Ports;
  readonly path: (...names: string[]) => string;
}

/** Opens the folder, making it when absent. */
export async function openHome(dir: string): Promise<Home> {
  // The server's account must be able to pass through; what is private is closed one level deeper.
  await mkdir(dir, { recursive: true, mode: 0o755 });
  const path = (...names: string[]): string => join(dir, ...names);
  for (const name of ['s3', 'personalize', 'worker'])
    await mkdir(path(name), { recursive: true, mode: 0o700 });
  return {
    dir,
    idHashKey: await keepKey(path('id-hash-key')),
    adminToken: await keepKey(path('admin-token')),
    drillKey: await keepKey(path('drill-key')),
    ports: await readPorts(path('ports.json')),
    path,
  };
}

/**
 * Notes where stand-ins listen. Only those given change: another command may have started others in
 * this folder since it was opened.
 */
export async function rememberPorts(home: Home, ports: Ports): Promise<void> {
  Object.assign(home.ports, ports);
  const file = home.path('ports.json');
  const part = `${file}.${process.pid}.part`;
  await writeFile(part, `${JSON.stringify({ ...(await readPorts(file)), ...ports })}\n`);
  await rename(part, file);
}

async function keepKey(file: string): Promise<string> {
  const kept = (await readFile(file, 'utf8').catch(() => '')).trim();
  if (/^[0-9a-f]{64}$/.test(kept)) return kept;
  const key = randomBytes(32).toString('hex');
  await writeFile(file, `${key}\n`, { mode: 0o600 });
  return key;
}

async function readPorts(file: string): Promise<Ports> {
  try {
    return Ports.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return {};
  }
}

import { resolve } from 'node:path';
import { LocalError } from '../errors.ts';

export interface WorkerConfiguration {
  /** The text of a wrangler.toml that can lie in any folder. */
  readonly text: string;
  /** The KV namespace that the snapshot is read from. */
  readonly namespaceId: string;
}

/**
 * Derives the local configuration from the committed wrangler.toml: relative paths become absolute,
 * and the module `bundled-defaults` becomes the file the batch writes. A derived file is needed
 * because `wrangler dev` 4.155 ignores its own `--alias` flag (`wrangler deploy` heeds it).
 * @throws {LocalError} start-failed, when wrangler.toml has no such alias or no SNAPSHOTS namespace.
 */
export function deriveConfiguration(
  toml: string,
  projectRoot: string,
  defaultsPath: string,
): WorkerConfiguration {
  const namespaceId = /^\s*binding\s*=\s*"SNAPSHOTS"\s*\n\s*id\s*=\s*"([^"]+)"/m.exec(toml)?.[1];
  const aliasLine = /^"bundled-defaults"\s*=\s*"[^"]*"/m;
  if (namespaceId === undefined || !aliasLine.test(toml)) {
    throw new LocalError(
      'start-failed',
      'wrangler.toml is not as the local start expects it.',
      'It needs [alias] "bundled-defaults" and a [[kv_namespaces]] with binding = "SNAPSHOTS", then id = "…".',
    );
  }
  const text = toml
    .replace(aliasLine, () => `"bundled-defaults" = ${JSON.stringify(resolve(defaultsPath))}`)
    .replace(
      /^main\s*=\s*"([^"]+)"/m,
      (_, path: string) => `main = ${JSON.stringify(resolve(projectRoot, path))}`,
    )
    .replace(/=\s*"(\.\.?\/[^"]*)"/g, (_, path: string) => `= ${JSON.stringify(resolve(projectRoot, path))}`);
  return { text, namespaceId };
}

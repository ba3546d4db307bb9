import { z } from 'zod';
import { READABLE_FORMATS } from '../../shared/snapshot/frame.ts';
import { Manifest, manifestKey, POINTER_KEY, Pointer } from '../../shared/snapshot/manifest.ts';
import type { Finding } from './findings.ts';

/** Cloudflare's KV REST API for one namespace. */
export interface KvApi {
  readonly baseUrl: string;
  readonly token: string;
}

const MANIFESTS = manifestKey(0).slice(0, -1);
const Keys = z.object({ result: z.array(z.object({ name: z.string() })) });
const FormatOnly = z.object({ format: z.int() });

/**
 * What the Worker to be deployed would find in KV: a pointer to a snapshot that is there, and every kept
 * manifest in a format that it reads.
 */
export async function kvFindings(kv: KvApi): Promise<Finding[]> {
  try {
    const listed = await ask(kv, `/keys?prefix=${encodeURIComponent(MANIFESTS)}&limit=1000`);
    const names = Keys.parse(JSON.parse(listed ?? '{"result":[]}')).result.map(({ name }) => name);
    const formats = await Promise.all(names.map(async (name) => await manifestFinding(kv, name)));
    return [...(await pointerFindings(kv, names)), ...formats.flatMap((finding) => finding ?? [])];
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return [
      {
        weight: 'stop',
        message: `KV cannot be read: ${reason}`,
        remedy: 'check CLOUDFLARE_ACCOUNT_ID, CLOUDFLARE_API_TOKEN (KV read) and the namespace id',
      },
    ];
  }
}

async function pointerFindings(kv: KvApi, manifests: readonly string[]): Promise<Finding[]> {
  const text = await ask(kv, `/values/${encodeURIComponent(POINTER_KEY)}`);
  if (text === null) {
    const remedy =
      'npm run batch -- run publishes one; until then lists come from Postgres or the bundled defaults';
    return [{ weight: 'warn', message: 'KV has no pointer: nothing was published yet', remedy }];
  }
  const { data } = Pointer.safeParse(json(text));
  const remedy = 'npm run batch -- publish writes it again';
  if (data === undefined) return [{ weight: 'stop', message: 'the pointer in KV cannot be read', remedy }];
  if (manifests.includes(manifestKey(data.live))) return [];
  return [{ weight: 'stop', message: `the pointer names snapshot ${data.live}, which KV lacks`, remedy }];
}

async function manifestFinding(kv: KvApi, name: string): Promise<Finding | null> {
  const text = await ask(kv, `/values/${encodeURIComponent(name)}`);
  if (text === null) return null;
  const format = FormatOnly.safeParse(json(text)).data?.format;
  if (format !== undefined && READABLE_FORMATS.includes(format) && Manifest.safeParse(json(text)).success)
    return null;
  return {
    weight: 'stop',
    message: `${name} is of format ${format ?? 'unknown'}; this Worker reads ${READABLE_FORMATS.join(', ')}`,
    remedy:
      'deploy the version before first, run npm run batch -- run, then deploy this one; or purge that snapshot',
  };
}

async function ask({ baseUrl, token }: KvApi, path: string): Promise<string | null> {
  const response = await fetch(`${baseUrl}${path}`, {
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(30_000),
  });
  const text = await response.text();
  if (response.status === 404) return null;
  if (!response.ok) throw new Error(`it answered ${response.status} ${text.slice(0, 200)}`);
  return text;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

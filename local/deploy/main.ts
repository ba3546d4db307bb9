import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { LocalError } from '../errors.ts';
import { readFlags } from '../flags.ts';
import { deploy } from './deploy.ts';
import type { KvApi } from './kvFindings.ts';
import { runProgram } from './run.ts';
import { type DeployTarget, ENVIRONMENTS, readTarget } from './target.ts';

const USAGE = `npm run deploy -- --env staging|production --url https://… [--dry-run]

Checks bindings, secrets, USER_READS, the pointer and every kept snapshot's format, bundles fresh defaults,
deploys, and asks the Worker at --url whether it serves. Needs DATABASE_URL, CLOUDFLARE_ACCOUNT_ID and
CLOUDFLARE_API_TOKEN, as the batch does.`;

const FLAGS = {
  env: { type: 'string' },
  url: { type: 'string' },
  'dry-run': { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

const Options = z.object({
  env: z.enum(ENVIRONMENTS, { error: `must be one of ${ENVIRONMENTS.join(', ')}` }),
  url: z.url().nullable(),
  dryRun: z.boolean(),
});

/** Variables of this program; the batch's own names. */
const Variables = z.object({
  CLOUDFLARE_ACCOUNT_ID: z.string().optional(),
  CLOUDFLARE_API_TOKEN: z.string().optional(),
  KV_BASE_URL: z.url().optional(),
});

function readOptions(args: readonly string[]): z.infer<typeof Options> | null {
  const values = readFlags(args, FLAGS, USAGE);
  if (values.help) return null;
  const given = { env: values.env, url: values.url ?? null, dryRun: values['dry-run'] };
  const parsed = Options.safeParse(given);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new LocalError('bad-option', `--${issue?.path.join('.')} ${issue?.message}`, USAGE);
}

function kvOf(target: DeployTarget): KvApi | null {
  const {
    KV_BASE_URL,
    CLOUDFLARE_ACCOUNT_ID: account,
    CLOUDFLARE_API_TOKEN: token,
  } = Variables.parse(process.env);
  if (token === undefined) return null;
  if (KV_BASE_URL !== undefined) return { baseUrl: KV_BASE_URL, token };
  const id = target.kv_namespaces.find(({ binding }) => binding === 'SNAPSHOTS')?.id;
  if (account === undefined || id === undefined) return null;
  const api = 'https://api.cloudflare.com/client/v4/accounts';
  return { baseUrl: `${api}/${account}/storage/kv/namespaces/${id}`, token };
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options === null) return console.log(USAGE);
  const target = readTarget(fileURLToPath(new URL('../../wrangler.toml', import.meta.url)), options.env);
  const { out: commit } = await runProgram('git', ['rev-parse', '--short=12', 'HEAD'], false).catch(() => ({
    out: '',
  }));
  await deploy({
    environment: options.env,
    url: options.url,
    dryRun: options.dryRun,
    target,
    kv: kvOf(target),
    version: `${commit.trim() || 'unversioned'}-${Date.now().toString(36)}`,
    run: runProgram,
    log: (line) => console.log(line),
    sleep: (ms) => sleep(ms),
  });
}

try {
  await main();
} catch (error) {
  if (error instanceof LocalError) console.error(`\n${error.message}\n${error.remedy}`);
  else console.error(error);
  process.exitCode = 1;
}

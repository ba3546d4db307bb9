import { z } from 'zod';
import { LocalError } from '../errors.ts';
import { type Finding, secretFindings, targetFindings } from './findings.ts';
import { type KvApi, kvFindings } from './kvFindings.ts';
import type { Run } from './run.ts';
import { smokeTest } from './smokeTest.ts';
import type { DeployTarget, EnvironmentName } from './target.ts';

export interface Deploy {
  readonly environment: EnvironmentName;
  readonly target: DeployTarget;
  /** Null: there is no way to look into KV from here. */
  readonly kv: KvApi | null;
  /** Where the Worker will answer. */
  readonly url: string | null;
  readonly version: string;
  /** Checks and builds, and changes nothing. */
  readonly dryRun: boolean;
  readonly run: Run;
  readonly log: (line: string) => void;
  readonly sleep: (ms: number) => Promise<void>;
}

const WRANGLER = 'node_modules/wrangler/bin/wrangler.js';
const DEFAULTS = './edge/defaults/generated.json';
const Secrets = z.array(z.object({ name: z.string() }));

/** Checks, bundles fresh defaults, deploys, and asks the Worker whether it serves. Throws LocalError. */
export async function deploy(order: Deploy): Promise<void> {
  const { environment, version, dryRun, run, log } = order;
  const findings = await check(order);
  for (const { weight, message, remedy } of findings)
    log(`${weight === 'stop' ? '✗' : '!'} ${message}\n    ${remedy}`);
  const stops = findings.filter(({ weight }) => weight === 'stop').length;
  if (stops > 0)
    throw new LocalError(
      'bad-option',
      `Nothing was deployed to ${environment}: ${stops} of the above must be settled.`,
      'Then run this again.',
    );
  log(`✓ ${environment} may be deployed`);
  await required(run, process.execPath, ['--import', 'tsx', 'batch/main.ts', 'defaults'], 'fresh defaults');
  const args = [
    ...[WRANGLER, 'deploy', ...envOf(environment), '--alias', `bundled-defaults:${DEFAULTS}`],
    ...['--var', `VERSION:${version}`, ...(dryRun ? ['--dry-run'] : [])],
  ];
  await required(run, process.execPath, args, 'wrangler deploy');
  if (dryRun) return log('✓ built; nothing was deployed');
  await smoke(order);
}

async function check({ environment, target, kv, url, dryRun, run }: Deploy): Promise<Finding[]> {
  const found = targetFindings(target, environment);
  const secrets = await readSecrets(run, environment);
  const missing: Finding[] =
    secrets === null
      ? [
          {
            weight: 'stop',
            message: 'the secrets cannot be listed',
            remedy: 'npx wrangler login, or set CLOUDFLARE_API_TOKEN',
          },
        ]
      : secretFindings(target, environment, secrets);
  const noKv: Finding = {
    weight: 'stop',
    message: 'KV cannot be looked at',
    remedy: 'set CLOUDFLARE_ACCOUNT_ID and CLOUDFLARE_API_TOKEN, as for the batch',
  };
  const noUrl: Finding = {
    weight: 'stop',
    message: 'there is no address to test what was deployed',
    remedy: 'give --url https://…',
  };
  return [
    ...found,
    ...missing,
    ...(kv === null ? [noKv] : await kvFindings(kv)),
    ...(url === null && !dryRun ? [noUrl] : []),
  ];
}

async function readSecrets(run: Run, environment: EnvironmentName): Promise<ReadonlySet<string> | null> {
  const args = [WRANGLER, 'secret', 'list', '--format', 'json', ...envOf(environment)];
  const { code, out } = await run(process.execPath, args, false);
  if (code !== 0) return null;
  const { data } = Secrets.safeParse(JSON.parse(out.slice(Math.max(0, out.indexOf('[')))));
  return data === undefined ? null : new Set(data.map(({ name }) => name));
}

async function smoke({ url, version, sleep, log, environment }: Deploy): Promise<void> {
  const wrong = await smokeTest({ url: url ?? '', version, sleep });
  if (wrong.length === 0) return log(`✓ ${url} serves version ${version}`);
  for (const line of wrong) log(`✗ ${line}`);
  throw new LocalError(
    'start-failed',
    'What was deployed does not serve as it should.',
    `npx wrangler rollback ${envOf(environment).join(' ')} brings the former version back at once.`,
  );
}

async function required(run: Run, program: string, args: readonly string[], name: string): Promise<void> {
  const { code } = await run(program, args, true);
  if (code !== 0) throw new LocalError('start-failed', `${name} ended with ${code}.`, 'It says why above.');
}

function envOf(environment: EnvironmentName): string[] {
  return environment === 'dev' ? ['--env', ''] : ['--env', environment];
}

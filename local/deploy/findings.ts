import type { DeployTarget, EnvironmentName } from './target.ts';

/** Something to do before a deploy. */
export interface Finding {
  /** `stop`: nothing is deployed. */
  readonly weight: 'stop' | 'warn';
  readonly message: string;
  readonly remedy: string;
}

const stop = (message: string, remedy: string): Finding => ({ weight: 'stop', message, remedy });
const warn = (message: string, remedy: string): Finding => ({ weight: 'warn', message, remedy });

/** What wrangler.toml lacks for an environment. */
export function targetFindings(target: DeployTarget, environment: EnvironmentName): Finding[] {
  return [
    ...readsFindings(target, environment),
    ...bindingFindings(target),
    ...(target.vars['ENVIRONMENT'] === environment || environment === 'dev'
      ? []
      : [stop('ENVIRONMENT is not the name of the environment', `set it to "${environment}" in its vars`)]),
  ];
}

function readsFindings({ vars }: DeployTarget, environment: EnvironmentName): Finding[] {
  const reads = vars['USER_READS'];
  if (reads === 'signed' || reads === 'open') return [];
  if (reads === undefined && environment !== 'production') return [];
  return [
    stop(
      `USER_READS is ${reads === undefined ? 'not decided' : JSON.stringify(reads)}`,
      `set USER_READS in [env.${environment}.vars]: "signed" gives a personal list only to who proves to be the customer, "open" to whoever knows an id`,
    ),
  ];
}

function bindingFindings(target: DeployTarget): Finding[] {
  const kv = target.kv_namespaces.find(({ binding }) => binding === 'SNAPSHOTS');
  const limits = new Set(target.ratelimits.map(({ name }) => name));
  return [
    ...(kv === undefined
      ? [stop('no KV namespace is bound as SNAPSHOTS', 'add it to the environment in wrangler.toml')]
      : []),
    ...(kv !== undefined && /^0*$/.test(kv.id ?? '')
      ? [
          stop(
            'the id of the KV namespace is a placeholder',
            'npx wrangler kv namespace create SNAPSHOTS prints one; it is also KV_NAMESPACE_ID of the batch',
          ),
        ]
      : []),
    ...['READ_LIMIT', 'ADMIN_LIMIT', 'LOGIN_LIMIT']
      .filter((name) => !limits.has(name))
      .map((name) =>
        warn(`${name} is not bound: nobody is limited`, 'add [[ratelimits]] to the environment'),
      ),
    ...(target.analytics_engine_datasets.length === 0
      ? [warn('ANALYTICS is not bound: no figures are kept', 'add [[analytics_engine_datasets]]')]
      : []),
    ...((target.triggers.crons ?? []).length === 0
      ? [stop('there is no hourly trigger: silence would not be noticed', 'add [triggers] crons')]
      : []),
  ];
}

/** Which secrets are missing. @param secrets names that are set */
export function secretFindings(
  target: DeployTarget,
  environment: EnvironmentName,
  secrets: ReadonlySet<string>,
): Finding[] {
  const has = (name: string) => secrets.has(name) || target.vars[name] !== undefined;
  const put = (name: string) =>
    `npx wrangler secret put ${name}${environment === 'dev' ? '' : ` --env ${environment}`}`;
  const missing = (name: string, why: string) =>
    has(name) ? [] : [stop(`${name} is not set: ${why}`, put(name))];
  const wished = (name: string, why: string) =>
    has(name) ? [] : [warn(`${name} is not set: ${why}`, put(name))];
  const proofs =
    has('SHOPPER_TOKEN_KEYS') || (has('SHOPIFY_API_SECRET') && has('SHOPIFY_API_KEY') && has('SHOPIFY_SHOP'));
  const isSigned = target.vars['USER_READS'] !== 'open';
  return [
    ...missing('ID_HASH_KEY', "customers cannot be told apart; it is the batch's own"),
    ...missing('DATABASE_URL', 'behind KV there would only be the bundled defaults'),
    ...(isSigned && !proofs && !has('READ_KEYS')
      ? [
          stop(
            'reads are signed, but nothing can be proven: nobody would get a personal list',
            `${put('SHOPPER_TOKEN_KEYS')} (or READ_KEYS, or SHOPIFY_API_KEY, SHOPIFY_API_SECRET and SHOPIFY_SHOP)`,
          ),
        ]
      : []),
    ...wished('ADMIN_TOKENS', 'nobody can change rules or roll back at the edge'),
    ...wished('DRILL_KEY', 'there are no drills'),
    ...wished('ALERT_WEBHOOK_URL', 'alarms reach the log only'),
  ];
}

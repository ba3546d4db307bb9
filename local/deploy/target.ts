import { unstable_readConfig as readConfig } from 'wrangler';
import { z } from 'zod';

export const ENVIRONMENTS = ['dev', 'staging', 'production'] as const;
export type EnvironmentName = (typeof ENVIRONMENTS)[number];

/** What wrangler.toml says of one environment, as far as a deploy depends on it. */
export const DeployTarget = z.object({
  name: z.string(),
  vars: z.record(z.string(), z.unknown()),
  kv_namespaces: z.array(z.object({ binding: z.string(), id: z.string().optional() })),
  ratelimits: z.array(z.object({ name: z.string() })),
  analytics_engine_datasets: z.array(z.object({ binding: z.string() })),
  triggers: z.object({ crons: z.array(z.string()).optional() }),
  alias: z.record(z.string(), z.string()).optional(),
});
export type DeployTarget = z.infer<typeof DeployTarget>;

/** Reads one environment of a wrangler.toml, with wrangler's own rules of inheritance. Throws what it throws. */
export function readTarget(configPath: string, environment: EnvironmentName): DeployTarget {
  const config = readConfig({
    config: configPath,
    ...(environment === 'dev' ? {} : { env: environment }),
  });
  return DeployTarget.parse(config);
}

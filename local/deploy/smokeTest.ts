import { z } from 'zod';

export interface SmokeTest {
  readonly url: string;
  /** What was deployed, as the status names it. */
  readonly version: string;
  readonly sleep: (ms: number) => Promise<void>;
}

const Status = z.object({ version: z.string(), source: z.string() });
const List = z.object({ recommendations: z.array(z.unknown()), source: z.string() });
const LISTS = '/api/v1/personalize/recommendations';
/** A deploy reaches every place within seconds. */
const ATTEMPTS = 20;
const BETWEEN_MS = 1_500;

/** What a deployed Worker gets wrong, for people; empty when it serves. */
export async function smokeTest({ url, version, sleep }: SmokeTest): Promise<string[]> {
  for (let attempt = 1; ; attempt++) {
    const status = await ask(url, '/api/v1/personalize/status', Status);
    if (status.value?.version === version) break;
    if (attempt === ATTEMPTS)
      return [
        `${url} answers ${status.value?.version ?? status.problem}, not the version ${version} just deployed`,
      ];
    await sleep(BETWEEN_MS);
  }
  const wrong: string[] = [];
  for (const path of [
    '/popular?limit=5',
    '/user/smoke-test?limit=5',
    '/similar/smoke-test?limit=5',
    '/trending?limit=5',
  ]) {
    const { value, problem } = await ask(url, `${LISTS}${path}`, List);
    if (value === null) wrong.push(`${path}: ${problem}`);
    else if (value.recommendations.length === 0) wrong.push(`${path}: an empty list, from ${value.source}`);
  }
  const admin = await fetch(new URL('/api/v1/admin/rules', url)).catch(() => null);
  await admin?.body?.cancel();
  if (admin?.status !== 401)
    wrong.push(`the administration answers ${admin?.status} without a token, not 401`);
  return wrong;
}

async function ask<T>(
  url: string,
  path: string,
  shape: z.ZodType<T>,
): Promise<{ value: T; problem: null } | { value: null; problem: string }> {
  try {
    const response = await fetch(new URL(path, url), { signal: AbortSignal.timeout(10_000) });
    const text = await response.text();
    if (!response.ok) return { value: null, problem: `status ${response.status}` };
    return { value: shape.parse(JSON.parse(text)), problem: null };
  } catch (error) {
    return { value: null, problem: error instanceof Error ? error.message : String(error) };
  }
}

import { BatchError } from '../errors.ts';
import { errorName } from './errors.ts';
import type { CloudState } from './jobs.ts';
import { callPatiently, growingWaits } from './patience.ts';
import type { ResourceContext } from './resourceContext.ts';
import { required } from './summaries.ts';

interface NamedResource {
  /** For messages: `schema production-users-1a2b3c4d`. */
  readonly what: string;
  /** Its ARN, or null. */
  find(): Promise<string | null>;
  create(): Promise<string | undefined>;
}

interface ActiveResource extends NamedResource {
  describe(arn: string): Promise<CloudState>;
}

/** @returns the ARN of the resource, made unless it is there. Safe to repeat. */
export async function ensureNamed(context: ResourceContext, resource: NamedResource): Promise<string> {
  const { what } = resource;
  const found = await callPatiently(context, `looking for ${what}`, () => resource.find());
  if (found !== null) return found;
  return callPatiently(context, `creating ${what}`, async () => {
    try {
      return required(await resource.create(), what);
    } catch (error) {
      const made = errorName(error) === 'ResourceAlreadyExistsException' ? await resource.find() : null;
      if (made === null) throw error;
      return made;
    }
  });
}

/** As ensureNamed, and waits until it is ACTIVE. */
export async function ensureActive(context: ResourceContext, resource: ActiveResource): Promise<string> {
  const { what } = resource;
  const arn = await ensureNamed(context, resource);
  const { config, clock, random, sleep, progress } = context;
  const startedAt = clock().getTime();
  for (const wait of growingWaits(config.personalize, random)) {
    const { status, failureReason } = await callPatiently(context, `describing ${what}`, () =>
      resource.describe(arn),
    );
    if (status === 'ACTIVE') return arn;
    const overdue = clock().getTime() - startedAt > config.personalize.jobTimeoutMs;
    if (status.endsWith('FAILED') || status.startsWith('DELETE') || overdue)
      throw unusable(what, failureReason ?? status);
    progress.update({ done: 0, note: `${what}: ${status}` });
    await sleep(wait);
  }
  throw new Error('growingWaits never ends');
}

function unusable(what: string, reason: string): BatchError {
  return new BatchError({
    code: 'resource_failed',
    message: `${what} cannot be used: ${reason}`,
    remedy: 'delete it in Personalize (batch run makes it again), or put right what the reason says',
  });
}

import type { Context, Hono } from 'hono';
import { RuleDraft } from '../../shared/rules/rule.ts';
import type { RouteEnv } from '../incoming.ts';
import { readSubmitted } from '../input.ts';
import { ProblemError } from '../problem.ts';
import { mirroredRules } from '../rules/mirrorRules.ts';
import type { Administration } from './administration.ts';
import { adminResponse } from './adminResponse.ts';
import { mirrored } from './mirrored.ts';
import { previewRule } from './previewRule.ts';
import { changeRule, findProducts, type RuleChange, readRules } from './ruleStore.ts';
import { RulePreviewQuestion, type RuleSaved, type RulesAnswer, VERSION_TAG } from './shapes.ts';

const PATH = '/api/v1/admin/rules';
const LONGEST_RULE = 65_536;

/** Rules: read by viewers, changed by merchandisers who say which version they have seen. */
export function ruleRoutes(app: Hono<RouteEnv>, admin: Administration): void {
  app.get(PATH, async (c) => {
    await admin.authenticate(c.req.raw, 'viewer');
    const book = await readRules(admin.sql);
    const mirror = await mirroredRules(admin.kv).catch(() => null);
    const body: RulesAnswer = { ...book, mirrored_version: mirror?.version ?? null };
    return adminResponse(body, { etag: `"${book.version}"` });
  });

  app.post(PATH, async (c) => {
    const who = await admin.authenticate(c.req.raw, 'merchandiser');
    const rule = await readSubmitted(RuleDraft(), c.req.raw, LONGEST_RULE);
    const id = crypto.randomUUID();
    return saved(c, { admin: who, expected: versionSeen(c.req.raw), id, rule, isNew: true });
  });

  app.put(`${PATH}/:id`, async (c) => {
    const who = await admin.authenticate(c.req.raw, 'merchandiser');
    const rule = await readSubmitted(RuleDraft(), c.req.raw, LONGEST_RULE);
    const id = ruleId(c.req.param('id'));
    return saved(c, { admin: who, expected: versionSeen(c.req.raw), id, rule, isNew: false });
  });

  app.delete(`${PATH}/:id`, async (c) => {
    const who = await admin.authenticate(c.req.raw, 'merchandiser');
    const id = ruleId(c.req.param('id'));
    return saved(c, { admin: who, expected: versionSeen(c.req.raw), id, rule: null, isNew: false });
  });

  app.post(`${PATH}/preview`, async (c) => {
    await admin.authenticate(c.req.raw, 'viewer');
    const change = await readSubmitted(RulePreviewQuestion(), c.req.raw, LONGEST_RULE);
    return adminResponse(await previewRule(admin, change, c.env.incoming));
  });

  async function saved(c: Context<RouteEnv>, change: RuleChange): Promise<Response> {
    const unknown = change.rule === null ? [] : (await findProducts(admin.sql, change.rule)).unknown;
    const version = await changeRule(admin.sql, change);
    const mirror = await mirrored(admin, c.env.incoming);
    admin.forgetAnswers(c.env.incoming);
    const body: RuleSaved = { id: change.id, version, rule: change.rule, unknown_products: unknown, mirror };
    return adminResponse(body, { status: change.isNew ? 201 : 200, etag: `"${version}"` });
  }
}

/** Postgres takes no text with a zero character, so no rule has such an id. Throws ProblemError. */
function ruleId(text: string): string {
  if (text.length <= 256 && !text.includes('\0')) return text;
  throw new ProblemError('not_found', 'there is no such rule');
}

/** The version in If-Match. Throws ProblemError. */
function versionSeen(request: Request): number {
  const given = VERSION_TAG.exec(request.headers.get('if-match')?.trim() ?? '')?.[1];
  if (given === undefined)
    throw new ProblemError(
      'version_required',
      'send If-Match: "VERSION" with the version of the rules you saw',
    );
  return Number(given);
}

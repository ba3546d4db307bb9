import type { ProblemCode } from '../../shared/api/problem.ts';
import { RuleDraft } from '../../shared/rules/rule.ts';
import { Pointer } from '../../shared/snapshot/manifest.ts';
import { AdminStatus } from '../admin/adminStatus.ts';
import type { Role } from '../admin/roles.ts';
import {
  AdminIdentity,
  AuditAnswer,
  AuditQuery,
  DrillAnswer,
  DrillCommand,
  PurgeAnswer,
  RollbackOrder,
  RulePreview,
  RulePreviewQuestion,
  RuleSaved,
  RulesAnswer,
  SnapshotsAnswer,
} from '../admin/shapes.ts';
import type { DescribedOperation } from './operation.ts';

type Described = Omit<
  DescribedOperation,
  'path' | 'summary' | 'tag' | 'proof' | 'query' | 'caching' | 'problems'
>;

interface Told {
  readonly path: string;
  readonly role: Role;
  readonly summary: string;
  readonly query?: DescribedOperation['query'];
  readonly caching?: DescribedOperation['caching'];
  readonly problems?: readonly ProblemCode[];
}

/** What every route of the administration may answer; `forbidden` where a viewer's role is not enough. */
function operation(
  described: Described,
  { path, role, summary, query = null, ...told }: Told,
): DescribedOperation {
  const always: ProblemCode[] = ['unauthorized', 'too_many_requests'];
  return {
    ...described,
    ...{ path: `/api/v1/admin/${path}`, summary: `${summary} (${role})`, query },
    ...{ tag: 'administration', proof: 'administrator', caching: told.caching ?? 'none' },
    problems: [...always, ...(role === 'viewer' ? [] : ['forbidden' as const]), ...(told.problems ?? [])],
  };
}

const sent = ['invalid_parameter', 'too_large', 'unavailable'] as const;
const versioned = ['conflict', 'version_conflict', 'version_required'] as const;
const rule = {
  name: 'RuleDraft',
  schema: RuleDraft(),
  example: { effect: 'hide', target: { products: ['P-6'] }, note: 'recalled' },
};
const saved = { name: 'RuleSaved', schema: RuleSaved() };

export const ADMINISTRATION: readonly DescribedOperation[] = [
  operation(
    {
      name: 'whoAmI',
      method: 'get',
      answer: { status: 200, name: 'AdminIdentity', schema: AdminIdentity() },
    },
    { path: 'whoami', role: 'viewer', summary: 'Whose token this is' },
  ),
  operation(
    {
      name: 'adminStatus',
      method: 'get',
      answer: { status: 200, name: 'AdminStatus', schema: AdminStatus },
    },
    {
      path: 'status',
      role: 'viewer',
      summary: 'Everything that is known of the service, and the rates of one isolate',
    },
  ),
  operation(
    { name: 'audit', method: 'get', answer: { status: 200, name: 'AuditAnswer', schema: AuditAnswer() } },
    {
      ...{ path: 'audit', role: 'viewer', summary: 'Who changed what, latest first', query: AuditQuery() },
      problems: ['invalid_parameter', 'unavailable'],
    },
  ),
  operation(
    { name: 'rules', method: 'get', answer: { status: 200, name: 'RulesAnswer', schema: RulesAnswer() } },
    {
      ...{ path: 'rules', role: 'viewer', summary: 'All rules and their version' },
      ...{ caching: 'etag', problems: ['unavailable'] },
    },
  ),
  operation(
    { name: 'createRule', method: 'post', versioned: true, body: rule, answer: { status: 201, ...saved } },
    {
      ...{
        path: 'rules',
        role: 'merchandiser',
        summary: 'Adds a rule; valid_until must be after valid_from',
      },
      ...{ caching: 'etag', problems: [...sent, ...versioned] },
    },
  ),
  operation(
    {
      ...{ name: 'previewRule', method: 'post' },
      body: {
        ...{ name: 'RulePreviewQuestion', schema: RulePreviewQuestion() },
        example: { rule: { effect: 'bury', target: { category: 'Pillows' } } },
      },
      answer: { status: 200, name: 'RulePreview', schema: RulePreview() },
    },
    {
      ...{ path: 'rules/preview', role: 'viewer', problems: [...sent, 'not_found'] },
      summary: 'What a change would do: the share of sampled lists whose first ten change',
    },
  ),
  operation(
    { name: 'changeRule', method: 'put', versioned: true, body: rule, answer: { status: 200, ...saved } },
    {
      ...{ path: 'rules/{rule_id}', role: 'merchandiser', summary: 'Puts another rule in the place of one' },
      ...{ caching: 'etag', problems: [...sent, ...versioned, 'not_found'] },
    },
  ),
  operation(
    { name: 'deleteRule', method: 'delete', versioned: true, answer: { status: 200, ...saved } },
    {
      ...{ path: 'rules/{rule_id}', role: 'merchandiser', summary: 'Deletes a rule', caching: 'etag' },
      problems: ['unavailable', ...versioned, 'not_found'],
    },
  ),
  operation(
    {
      name: 'snapshots',
      method: 'get',
      answer: { status: 200, name: 'SnapshotsAnswer', schema: SnapshotsAnswer() },
    },
    {
      ...{ path: 'snapshots', role: 'viewer', problems: ['unavailable'] },
      summary: 'The newest 50 snapshots: which is live, which came before',
    },
  ),
  operation(
    {
      ...{ name: 'rollBack', method: 'post' },
      body: { name: 'RollbackOrder', schema: RollbackOrder(), example: {} },
      answer: { status: 200, name: 'Pointer', schema: Pointer },
    },
    {
      ...{ path: 'snapshots/rollback', role: 'operator', problems: [...sent, 'conflict', 'not_found'] },
      summary:
        'Makes another snapshot live: the one named, or the one before; refused while a run is at work',
    },
  ),
  operation(
    {
      ...{ name: 'purgeSnapshot', method: 'post' },
      answer: { status: 202, name: 'PurgeAnswer', schema: PurgeAnswer() },
    },
    {
      ...{
        path: 'snapshots/{snapshot_id}/purge',
        role: 'operator',
        problems: ['unavailable', 'conflict', 'not_found'],
      },
      summary: 'Marks a snapshot for the next run to delete; the live one never',
    },
  ),
  operation(
    {
      ...{ name: 'orderDrill', method: 'post' },
      body: {
        name: 'DrillCommand',
        schema: DrillCommand(),
        example: { faults: { pointer: 'error' }, seconds: 60 },
      },
      answer: { status: 201, name: 'DrillAnswer', schema: DrillAnswer() },
    },
    {
      ...{ path: 'drill', role: 'operator', problems: [...sent, 'conflict'] },
      summary: 'Plays faults: for requests with the header given back, or with confirm for every shopper',
    },
  ),
  operation(
    {
      name: 'endDrill',
      method: 'delete',
      answer: { status: 200, name: 'DrillAnswer', schema: DrillAnswer() },
    },
    {
      path: 'drill',
      role: 'operator',
      summary: 'Ends the drill of the whole shop',
      problems: ['unavailable'],
    },
  ),
];

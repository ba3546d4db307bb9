import { OlderAnswer, OlderSubmit } from '../../shared/api/older.ts';
import { UserQuery } from '../../shared/api/query.ts';
import { AnyStatusAnswer, HealthAnswer, LiveAnswer, ReadyAnswer } from '../../shared/api/status.ts';
import { ANALYTICS_READS } from './analyticsReads.ts';
import { type DescribedRead, read } from './describedRead.ts';
import type { DescribedOperation } from './operation.ts';
import { RECOMMENDATION_READS } from './recommendationReads.ts';

const ofService = { tag: 'service', caching: 'none', proof: 'details' } as const;

/** Whether and from what the Worker answers, and the list at its oldest address. */
const SERVICE_READS: readonly DescribedRead[] = [
  read(
    {
      name: 'status',
      path: '/api/v1/personalize/status',
      summary: 'What the Worker answers from, and how each store does',
      query: null,
      answer: { name: 'StatusAnswer', schema: AnyStatusAnswer },
      example: '/api/v1/personalize/status',
    },
    ofService,
  ),
  read(
    {
      name: 'health',
      path: '/health',
      summary: 'That the Worker answers, and from what',
      query: null,
      answer: { name: 'HealthAnswer', schema: HealthAnswer },
      example: '/health',
    },
    ofService,
  ),
  read(
    {
      name: 'live',
      path: '/health/live',
      summary: 'That the Worker answers, without a read',
      query: null,
      answer: { name: 'LiveAnswer', schema: LiveAnswer },
      example: '/health/live',
    },
    { ...ofService, proof: 'none' },
  ),
  read(
    {
      name: 'ready',
      path: '/health/ready',
      summary: "That the shop's own lists can be read",
      query: null,
      answer: { name: 'ReadyAnswer', schema: ReadyAnswer },
      example: '/health/ready',
    },
    { ...ofService, proof: 'none', problems: ['not_ready'] },
  ),
  read(
    {
      name: 'older',
      path: '/recommendations/{user_id}',
      summary: 'For clients of the older service',
      query: UserQuery(),
      answer: { name: 'OlderAnswer', schema: OlderAnswer },
      example: '/recommendations/ayesha?numResults=1',
    },
    { tag: 'older clients', proof: 'shopper', caching: 'none' },
  ),
];

/** Every read, in the document's order. */
export const READS: readonly DescribedRead[] = [
  ...RECOMMENDATION_READS,
  ...ANALYTICS_READS,
  ...SERVICE_READS,
];

/** Beside the reads: what older clients send. */
export const OLDER: readonly DescribedOperation[] = [
  {
    ...{ name: 'submit', method: 'post', path: '/submit', query: UserQuery(), tag: 'older clients' },
    summary: 'The same as they sent it',
    body: {
      ...{ name: 'OlderSubmit', schema: OlderSubmit },
      example: { user_id: 'ayesha', event: 'get_recommendations' },
    },
    answer: { status: 200, name: 'OlderAnswer', schema: OlderAnswer },
    ...{ proof: 'shopper', caching: 'none', problems: ['invalid_parameter', 'too_large'] },
  },
  {
    ...{ name: 'gone', method: 'get', path: '/api/v1/ml/{old}', query: null, tag: 'older clients' },
    summary: 'What has been replaced; the answer names the new address',
    ...{ answer: null, proof: 'none', caching: 'none', problems: ['gone'] },
  },
];

import { PLACEMENTS } from '../../shared/rules/placement.ts';

const LISTS = '/api/v1/personalize/recommendations/';
const WORDS: ReadonlySet<string> = new Set([...PLACEMENTS, 'page']);

/** The address without what it names: nobody's id reaches a log. */
export function routeName(path: string): string {
  if (path.startsWith(LISTS)) {
    const word = path.slice(LISTS.length).split('/', 1)[0] ?? '';
    return WORDS.has(word) ? word : 'user';
  }
  if (path.startsWith('/recommendations')) return 'older';
  if (path.startsWith('/api/v1/admin/')) return 'admin';
  if (path.startsWith('/api/v1/ml')) return 'gone';
  const known =
    /^\/(?:submit|health(?:\/live|\/ready)?|api\/v1\/personalize\/status|api\/v1\/analytics\/(?:collaborative-(?:products|pairs|metrics)|customer-similarity))$/.exec(
      path,
    );
  return known === null ? 'other' : path.slice(1).replace('api/v1/', '').replaceAll('/', '.');
}

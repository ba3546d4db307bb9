import { expect, test } from 'vitest';
import { placeKey, provinceKey } from './place.ts';

test('case, accents, blanks and signs of a place do not count', () => {
  expect(['São  Paulo', 'sao-paulo', ' SAO PAULO '].map(placeKey)).toEqual(Array(3).fill('sao paulo'));
});

test.each([
  ['Punjab', ['punjab', 'PUNJAB Province', 'Panjab']],
  ['Sindh', ['Sind', 'sindh province']],
  [
    'Khyber Pakhtunkhwa',
    ['KPK', 'K.P.K.', 'N.W.F.P.', 'North-West Frontier Province', 'Khyber Pakhtoonkhwa'],
  ],
  ['Islamabad', ['ICT', 'Islamabad Capital Territory', 'Federal Capital Area']],
  ['Azad Kashmir', ['AJK', 'Azad Jammu & Kashmir', 'Azad Jammu and Kashmir']],
  ['Gilgit-Baltistan', ['GB', 'Northern Areas']],
  ['Bavaria', ['bavaria', 'Bavaria State']],
])('%s is one province, however it is called', (name, others) => {
  for (const other of others) expect(provinceKey(other), other).toBe(provinceKey(name));
});

import { describe, expect, it } from 'vitest';
import { createRowMask, maskRow } from './mask.ts';

const header = ['Order', 'Date', 'Client Name', 'Shipping Phone', 'product_name', 'Remark', 'mailto'];
const mask = createRowMask(header, { order_id: 0, ordered_at: 1, product_name: 4 });

describe('maskRow', () => {
  it('hides columns named for people, and contacts anywhere else', () => {
    const row = [
      '536365',
      '2025-01-02 10:00',
      'Jane Doe',
      '555',
      'Lamp 12345',
      'call +1 (416) 555-0199',
      'j@x.org',
    ];
    expect(maskRow(row, mask)).toEqual([
      '536365',
      '2025-01-02 10:00',
      '***',
      '***',
      'Lamp 12345',
      'call ***',
      '***',
    ]);
  });

  it('shows long ids in id columns but not a phone written there', () => {
    expect(maskRow(['10000000001', '', '', '', '', '', ''], mask)[0]).toBe('10000000001');
    expect(maskRow(['+14165550199', '', '', '', '', '', ''], mask)[0]).toBe('***');
    expect(maskRow(['jane@example.org', '', '', '', '', '', ''], mask)[0]).toBe('***');
  });

  it('shows no words of a row whose columns are shifted, when the file has personal columns', () => {
    expect(maskRow(['536365', '2025-01-02', 'Doe', 'Jane Doe', '4165550199'], mask)).toEqual([
      '536365',
      '2025-01-02',
      '***',
      '***',
      '***',
    ]);
  });
});

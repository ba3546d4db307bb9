import { cellText, idProblem, type Rejected, readName } from './cells.ts';
import type { Columns } from './columns.ts';
import { readDate } from './dates.ts';
import type { CustomerField } from './fields.ts';
import type { Mapping } from './mapping.ts';
import type { CustomerRecord } from './records.ts';
import type { SwitchReader } from './switches.ts';
import { isUnreadable } from './values.ts';

interface CustomerReading {
  readonly columns: Columns<CustomerField>;
  readonly mapping: Mapping;
  readonly switches: SwitchReader;
}

/** A row of a customers file. Only the id must be there. */
export function readCustomer(
  cells: readonly string[],
  { columns, mapping, switches }: CustomerReading,
): CustomerRecord | Rejected {
  const id = cellText(cells, columns.customer_id);
  const problem = idProblem(id, 'missing_customer_id');
  if (problem !== null) return { rejected: problem };
  if (cells.some(isUnreadable)) return { rejected: 'unreadable_characters' };
  const parts = [readName(cells, columns.first_name), readName(cells, columns.last_name)];
  const joined = parts.filter((part) => typeof part === 'string').join(' ');
  const consentAt = readDate(cellText(cells, columns.marketing_consent_at), mapping);
  return {
    customer_id: /^\d+\.0$/.test(id) ? id.slice(0, -2) : id,
    customer_name: readName(cells, columns.customer_name) ?? (joined === '' ? null : joined),
    email: readName(cells, columns.email) ?? null,
    phone: readName(cells, columns.phone) ?? null,
    province: readName(cells, columns.province) ?? readName(cells, columns.country) ?? null,
    city: readName(cells, columns.city) ?? null,
    marketing_consent: switches.hasConsented(cellText(cells, columns.marketing_consent)),
    marketing_consent_at: typeof consentAt === 'number' ? consentAt : null,
    deleted: switches.isDeleted(cellText(cells, columns.deleted)),
  };
}

import type { ClientBase } from 'pg';

interface AuditedChange {
  /** Who changed it; `batch` when nobody says. */
  readonly actor?: string;
  /** As the administration of the Worker names it: snapshot.rollback, snapshot.purge … */
  readonly action: string;
  readonly subject: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** Adds what was changed from the command line to the same audit that the Worker's administration writes. */
export async function auditChange(client: ClientBase, change: AuditedChange): Promise<void> {
  const { actor = 'batch', action, subject, before, after } = change;
  await client.query(
    `INSERT INTO admin_audit (actor, role, action, subject, before, after)
     VALUES ($1, 'operator', $2, $3, $4, $5)`,
    [actor, action, subject, JSON.stringify(before), JSON.stringify(after)],
  );
}

import type { ClientBase } from 'pg';

interface AuditedChange {
  /** As the administration of the Worker names it: snapshot.rollback, snapshot.purge … */
  readonly action: string;
  readonly subject: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** Adds what was changed from the command line to the same audit that the Worker's administration writes. */
export async function auditChange(client: ClientBase, change: AuditedChange): Promise<void> {
  const { action, subject, before, after } = change;
  await client.query(
    `INSERT INTO admin_audit (actor, role, action, subject, before, after)
     VALUES ('batch', 'operator', $1, $2, $3, $4)`,
    [action, subject, JSON.stringify(before), JSON.stringify(after)],
  );
}

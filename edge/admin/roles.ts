/** Each may do what those before it may: look; change rules; move snapshots and play faults. */
export const ROLES = ['viewer', 'merchandiser', 'operator'] as const;
export type Role = (typeof ROLES)[number];

export function roleAllows(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

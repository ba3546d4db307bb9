const REFUSAL = 'not personal: ';

/** What an answer says to who may not have a personal list. */
export function refusal(why: string): string {
  return REFUSAL + why;
}

export function isRefusal(warning: string): boolean {
  return warning.startsWith(REFUSAL);
}

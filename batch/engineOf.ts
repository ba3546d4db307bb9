/** `embedded` when Personalize is asked for at an address that is not Amazon's. */
export function engineOf(endpoint: string | undefined): 'aws' | 'embedded' {
  if (endpoint === undefined || !URL.canParse(endpoint)) return 'aws';
  return /\.amazonaws\.com(\.cn)?$/.test(new URL(endpoint).hostname) ? 'aws' : 'embedded';
}

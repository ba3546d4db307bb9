/** What people and tills write when they have no address. Compared without case, dots and signs. */
const JUNK_NAMES: ReadonlySet<string> = new Set([
  ...['abc', 'abcd', 'anonymous', 'asd', 'asdf', 'customer', 'dummy', 'email', 'fake', 'guest', 'mail', 'na'],
  ...['nil', 'no', 'noemail', 'nomail', 'none', 'noreply', 'notavailable', 'notgiven', 'null', 'nulluser'],
  ...['test', 'tester', 'testing', 'unknown', 'user', 'walkin', 'walkincustomer', 'xxx', 'xyz'],
]);
const JUNK_DOMAINS: ReadonlySet<string> = new Set([
  ...['abc.com', 'email.com', 'example.com', 'example.net', 'example.org', 'fake.com', 'mail.com'],
  ...['na.com', 'no.com', 'noemail.com', 'nomail.com', 'none.com', 'test.com', 'xyz.com'],
]);
/** Top-level domains that never have mail (RFC 2606, RFC 6761). */
const JUNK_ENDINGS = /\.(example|invalid|localhost|test|local)$/;

/** Whether an address is a dummy: test@…, noemail@…, …@example.com. @param address normalised */
export function isJunkEmail(address: string): boolean {
  const at = address.lastIndexOf('@');
  const name = address.slice(0, at).replace(/[^a-z]/g, '');
  const domain = address.slice(at + 1);
  const isNumbered = address.slice(0, at).replace(/[^a-z0-9]/g, '') !== name;
  return (!isNumbered && JUNK_NAMES.has(name)) || JUNK_DOMAINS.has(domain) || JUNK_ENDINGS.test(domain);
}

const UP = '01234567890123456789';
const DOWN = '98765432109876543210';
/** As many digits as tell one subscriber from another. */
const SUBSCRIBER_DIGITS = 7;

/** Whether a number is a dummy: its last seven digits are one digit, or count up or down. @param digits nothing else */
export function isJunkPhone(digits: string): boolean {
  const end = digits.slice(-SUBSCRIBER_DIGITS);
  if (end.length < 5) return true;
  return new Set(end).size === 1 || UP.includes(end) || DOWN.includes(end);
}
